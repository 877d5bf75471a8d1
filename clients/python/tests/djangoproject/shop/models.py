import uuid

import django
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, HStoreField, RangeOperators
from django.contrib.postgres.indexes import BrinIndex, GinIndex, GistIndex, HashIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower

print("a banner of the models")


def make_code():
    return "code"


class Place(models.Model):
    name = models.CharField(max_length=50)
    opened = models.DateField(null=True, blank=True)


class Restaurant(Place):  # multi-table inheritance
    stars = models.PositiveSmallIntegerField(default=3)


class Tag(models.Model):
    name = models.SlugField(unique=True)


class Product(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "100% live"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sku = models.CharField(max_length=20, default=make_code, unique=True)
    title = models.CharField(max_length=200, db_comment="what's on the label")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    note = models.TextField(blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    size = models.IntegerField(choices=[(1, "S"), (2, "M")], default=1)
    meta = models.JSONField(default=dict)
    labels = ArrayField(models.CharField(max_length=10), default=list)
    attributes = HStoreField(default=dict)
    available = DateRangeField(null=True)
    search = SearchVectorField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    tags = models.ManyToManyField(Tag)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL)
    buyer = models.ForeignKey("crm.Person", on_delete=models.DO_NOTHING, db_constraint=False, null=True)
    next = models.OneToOneField("self", null=True, on_delete=models.CASCADE)

    class Meta:
        db_table_comment = "what the shop sells"
        constraints = [
            models.CheckConstraint(name="price_not_negative", **{
                "condition" if django.VERSION >= (5, 1) else "check": models.Q(price__gte=0)}),
            models.CheckConstraint(name="title_is_not_percent", **{
                "condition" if django.VERSION >= (5, 1) else "check": ~models.Q(title__startswith="100%")}),
            models.UniqueConstraint(fields=["title"], condition=models.Q(status="live"), name="one_live_title"),
            models.UniqueConstraint(Lower("title"), "place", name="title_by_place"),
            models.UniqueConstraint(fields=["size", "place"], name="deferred_size", deferrable=models.Deferrable.DEFERRED),
            ExclusionConstraint(name="no_overlap", expressions=[("available", RangeOperators.OVERLAPS)],
                                condition=models.Q(status="live")),
        ]
        indexes = [
            GinIndex(fields=["labels"], name="labels_gin"),
            GinIndex(fields=["search"], name="search_gin"),
            GistIndex(fields=["available"], name="available_gist"),
            BrinIndex(fields=["created"], name="created_brin", pages_per_range=4),
            HashIndex(fields=["sku"], name="sku_hash"),
            models.Index(Lower("title").desc(), name="lower_title"),
            models.Index(fields=["status", "-created"], include=["price"], condition=models.Q(size__gt=1), name="covering"),
        ]


class LiveProduct(Product):
    class Meta:
        proxy = True


class Elsewhere(models.Model):
    value = models.IntegerField(default=7)

    class Meta:
        db_table = '"stock"."elsewhere"'


class Legacy(models.Model):
    code = models.CharField(max_length=10, primary_key=True)
    amount = models.IntegerField()

    class Meta:
        managed = False
        db_table = "legacy"


class LegacyView(models.Model):
    amount = models.IntegerField()

    class Meta:
        managed = False
        db_table = "legacy_view"


if django.VERSION >= (5, 0):

    class Modern(models.Model):
        kind = models.CharField(max_length=10, db_default="plain")
        at = models.DateTimeField(db_default=models.functions.Now())
        width = models.IntegerField(db_default=2, default=3)
        double = models.GeneratedField(expression=models.F("width") * 2, output_field=models.IntegerField(), db_persist=True)


if django.VERSION >= (5, 2):

    class Line(models.Model):
        pk = models.CompositePrimaryKey("product", "number")
        product = models.ForeignKey(Product, on_delete=models.CASCADE)
        number = models.IntegerField(default=1)


if django.VERSION >= (6, 1):

    class Review(models.Model):
        tag = models.ForeignKey(Tag, on_delete=models.DB_CASCADE)
        text = models.TextField(blank=True)
