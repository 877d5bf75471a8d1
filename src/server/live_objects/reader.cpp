#include "server/live_objects/reader.hpp"

#include "core/schema/owned_sequence.hpp"

namespace schema_audit::server {
namespace {

struct ObjectSource {
    KindMask kinds;  // that it reads
    void (*read)(ObjectReader &);
};

constexpr auto sources = std::to_array<ObjectSource>({
    {mask_of(ObjectKind::sequence), read_sequences},
    {mask_of(ObjectKind::function) | mask_of(ObjectKind::procedure), read_functions},
    {mask_of(ObjectKind::aggregate), read_aggregates},
    {mask_of(ObjectKind::trigger), read_triggers},
    {mask_of(ObjectKind::policy), read_policies},
    {mask_of(ObjectKind::event_trigger), read_event_triggers},
    {mask_of(ObjectKind::language) | mask_of(ObjectKind::transform), read_languages},
    {mask_of(ObjectKind::view) | mask_of(ObjectKind::materialized_view), read_views},
    {mask_of(ObjectKind::rule), read_rules},
    {kinds_of_types, read_types},
    {mask_of(ObjectKind::collation) | mask_of(ObjectKind::conversion), read_collations},
    {mask_of(ObjectKind::operator_), read_operators},
    {mask_of(ObjectKind::operator_class) | mask_of(ObjectKind::operator_family), read_operator_classes},
    {mask_of(ObjectKind::cast), read_casts},
    {mask_of(ObjectKind::text_search_configuration) | mask_of(ObjectKind::text_search_dictionary) |
         mask_of(ObjectKind::text_search_parser) | mask_of(ObjectKind::text_search_template),
     read_text_search},
    {mask_of(ObjectKind::statistics), read_statistics},
    {mask_of(ObjectKind::access_method), read_access_methods},
    {mask_of(ObjectKind::schema), read_schemas},
    {mask_of(ObjectKind::extension), read_extensions},
    {mask_of(ObjectKind::publication) | mask_of(ObjectKind::publication_membership), read_publications},
    {mask_of(ObjectKind::subscription), read_subscriptions},
    {mask_of(ObjectKind::foreign_data_wrapper) | mask_of(ObjectKind::server) | mask_of(ObjectKind::user_mapping),
     read_foreign_servers},
    {mask_of(ObjectKind::role), read_roles},
    {mask_of(ObjectKind::default_privileges), read_default_privileges},
    {mask_of(ObjectKind::parameter_privileges), read_parameter_privileges},
});

int compare_texts(const void *a, const void *b) {
    return std::strcmp(*static_cast<char *const *>(a), *static_cast<char *const *>(b));
}

}  // namespace

char *sorted_options(Datum options, bool is_null) {
    if (is_null) {
        return nullptr;
    }
    Datum *values = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(options), TEXTOID, -1, false, TYPALIGN_INT, &values, nullptr, &count);
    auto **texts = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(count)));
    for (int i = 0; i < count; ++i) {
        texts[i] = TextDatumGetCString(values[i]);
    }
    return sorted_texts(texts, count);
}

char *sorted_texts(const char **texts, int count) {
    if (count == 0) {
        return nullptr;
    }
    qsort(texts, static_cast<std::size_t>(count), sizeof(char *), compare_texts);
    StringInfoData result;
    initStringInfo(&result);
    for (int i = 0; i < count; ++i) {
        appendStringInfo(&result, "%s%s", i == 0 ? "" : ", ", texts[i]);
    }
    return result.data;
}

const Table *ObjectReader::table(Oid relation) const noexcept {
    const std::uint32_t index = parts_.tables.get(relation);
    return index == IdMap::absent ? nullptr : &parts_.schema.tables[index];
}

const Column *ObjectReader::column(const Table &table, std::int16_t number) const noexcept {
    for (const Column &column : parts_.schema.columns_of(table)) {
        if (column.position == number) {
            return &column;
        }
    }
    return nullptr;
}

char *function_name(Oid function) {
    const char *name = get_func_name(function);
    const char *schema = name == nullptr ? nullptr : get_namespace_name(get_func_namespace(function));
    return schema == nullptr ? nullptr : quote_qualified_identifier(schema, name);
}

char *role_name(Oid role) {
    if (!OidIsValid(role)) {
        return pstrdup("PUBLIC");
    }
    const char *name = GetUserNameFromId(role, true);
    return name == nullptr ? nullptr : pstrdup(quote_identifier(name));
}

const char *ObjectReader::type_text(Oid type) {
    const auto known = types_.find(type);
    if (known != types_.end()) {
        return known->second;
    }
    char *text = format_type_extended(type, -1, FORMAT_TYPE_INVALID_AS_NULL);
    return types_.emplace(type, text == nullptr ? nullptr : MemoryContextStrdup(entry_context(), text)).first->second;
}

TextId ObjectReader::schema_name(Oid name_space) const {
    const std::uint32_t known = parts_.namespace_names.get(name_space);
    return known == IdMap::absent ? TextId::none : static_cast<TextId>(known);
}

void ObjectReader::add(ObjectKind kind, Oid catalog, Oid oid, TextId schema, std::string_view name) {
    current_ = parts_.schema.objects.size();
    SchemaObject &object = parts_.schema.objects.emplace_back();
    object.kind = kind;
    object.schema = schema;
    // Names that are SQL have types in them.
    object.name = parts_.pool.intern(is_named_in_sql(kind) ? parts_.present(name) : std::string(name));
    object.live_id = oid;
    if (describes_) {
        by_address_.emplace(address(catalog, oid), static_cast<std::uint32_t>(current_));
    }
}

bool ObjectReader::begin(ObjectKind kind, Oid catalog, Oid oid, Oid name_space, std::string_view name) {
    if (!wants(kind) || parts_.members.contains(address(catalog, oid))) {
        return false;
    }
    const TextId schema = OidIsValid(name_space) ? schema_name(name_space) : TextId::none;
    if (OidIsValid(name_space) && schema == TextId::none) {
        return false;
    }
    if ((kinds_of_database & mask_of(kind)) != 0 && !reads_database()) {
        const std::string_view real = real_name(name);
        if (real == name) {
            return false;
        }
        name = real;
    }
    add(kind, catalog, oid, schema, name);
    return true;
}

bool ObjectReader::begin(ObjectKind kind, const OtherRelation &relation) {
    if (!begin(kind, RelationRelationId, relation.oid, relation.name_space, name_of(relation))) {
        return false;
    }
    set_owner(relation.owner);
    set(attribute(ObjectKind::view, "grants"), view(relation.grants));
    return true;
}

bool ObjectReader::begin_on(ObjectKind kind, Oid catalog, Oid oid, Oid relation, std::string_view name) {
    if (!wants(kind) || parts_.members.contains(address(RelationRelationId, relation))) {
        return false;
    }
    if (const std::uint32_t known = parts_.tables.get(relation); known != IdMap::absent) {
        const Table &table = parts_.schema.tables[known];
        add(kind, catalog, oid, table.schema, name);
        current().table = table.name;
        return true;
    }
    // A view.
    const TextId schema = schema_name(get_rel_namespace(relation));
    const char *table = schema == TextId::none ? nullptr : get_rel_name(relation);
    if (table == nullptr) {
        return false;
    }
    add(kind, catalog, oid, schema, name);
    set_table(table);
    return true;
}

bool ObjectReader::is_numbered_by(const Column &column, Oid name_space, std::string_view sequence) const {
    return schema_audit::is_numbered_by(parts_.pool, column, presented_schema(name_space), sequence);
}

std::string_view ObjectReader::real_name(std::string_view name) const {
    const auto found = std::ranges::find(parts_.scratch_names, name, &ScratchName::scratch);
    return found == parts_.scratch_names.end() ? name : std::string_view(found->real);
}

void ObjectReader::set_table(std::string_view name) { current().table = parts_.pool.intern(name); }

void ObjectReader::set_identity(const char *sql) { current().identity = parts_.pool.intern(parts_.present(sql)); }

void ObjectReader::set(AttributeId id, const char *text) {
    // Each object has DDL: what could not be printed names something that is gone.
    if (text == nullptr && attribute_spec(current().kind, id).name == "ddl") {
        set_vanished();
    }
    if (text != nullptr) {
        set(id, std::string_view(text));
    }
}

void ObjectReader::set(AttributeId id, std::string_view text) {
    if (!text.empty()) {
        parts_.schema.attach(current().attributes, {id, parts_.pool.intern(parts_.present(text))});
    }
}

char *ObjectReader::name() const {
    const std::string_view name = parts_.pool.view(parts_.schema.objects[current_].name);
    return pnstrdup(name.data(), name.size());
}

char *ObjectReader::qualified_name() const {
    const std::string_view schema = parts_.pool.view(parts_.schema.objects[current_].schema);
    return quote_qualified_identifier(pnstrdup(schema.data(), schema.size()), name());
}

// Enums of schemas that are not read: their labels matter to the columns that use them.
void ObjectReader::add_enums_of_columns() {
    std::unordered_set<TextId> known;
    for (std::size_t i = 0; i < parts_.schema.enums.size(); ++i) {
        const EnumType type = parts_.schema.enums[i];
        if (!type.governed && known.insert(type.type).second) {
            SchemaObject &object = parts_.schema.objects.emplace_back();
            object.kind = ObjectKind::enum_type;
            object.schema = type.schema;
            object.name = type.name;
            if (type.labels != TextId::none) {
                parts_.schema.attach(object.attributes, {attribute(ObjectKind::enum_type, "labels"), type.labels});
            }
        }
    }
}

void ObjectReader::set_owner(Oid role) {
    if (wants(AttributeGroup::owner)) {
        set(attribute(ObjectKind::view, "owner"), GetUserNameFromId(role, true));
    }
}

void ObjectReader::set_grants(Datum acl, bool is_null, ObjectType type, Oid owner) {
    if (wants(AttributeGroup::grants)) {
        set(attribute(ObjectKind::view, "grants"), grants_text(acl, is_null, type, owner));
    }
}

void ObjectReader::read() {
    for (const ObjectSource &source : sources) {
        if ((source.kinds & parts_.scope.objects) != 0) {
            source.read(*this);
        }
    }
    if (wants(ObjectKind::enum_type)) {
        add_enums_of_columns();
    }
    if (wants(AttributeGroup::comment)) {
        read_comments();
    }
    if (wants(AttributeGroup::security_label)) {
        read_security_labels();
    }
}

}  // namespace schema_audit::server
