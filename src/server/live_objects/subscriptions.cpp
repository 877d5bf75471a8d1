// Subscriptions of this database. What is secret in their connection is masked.
#include "core/guard/secrets.hpp"

#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_subscription(std::string_view name) { return attribute(ObjectKind::subscription, name); }

bool may_read_connection() {
    return pg_class_aclcheck(SubscriptionRelationId, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
           pg_attribute_aclcheck(SubscriptionRelationId, Anum_pg_subscription_subconninfo, GetUserId(), ACL_SELECT) ==
               ACLCHECK_OK;
}

// "a, b" as SQL, sorted.
char *publications_text(Datum publications) {
    Datum *values = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(publications), TEXTOID, -1, false, TYPALIGN_INT, &values, nullptr, &count);
    List *texts = NIL;
    for (int i = 0; i < count; ++i) {
        texts = lappend(texts, const_cast<char *>(quote_identifier(TextDatumGetCString(values[i]))));
    }
    return joined_texts(texts, ", ", true);
}

}  // namespace

// The string may not be alive when the server raises: room for it is made before.
char *masked_connection(const char *connection) {
    const std::size_t room = 4 * std::strlen(connection) + 1;
    auto *text = static_cast<char *>(palloc0(room));
    const std::string masked = guard::without_secrets(connection);
    std::memcpy(text, masked.data(), std::min(masked.size(), room - 1));
    return text;
}

char *subscription_options_text(const SubscriptionOptions &options) {
    List *texts = NIL;
    const auto add = [&](bool differs, const char *name, const char *value) {
        if (differs) {
            texts = lappend(texts, psprintf("%s = %s", name, value));
        }
    };
    add(options.binary, "binary", "true");
    add(options.disable_on_error, "disable_on_error", "true");
    add(options.failover, "failover", "true");
    add(std::strcmp(options.origin, "any") != 0, "origin", quote_literal_cstr(options.origin));
    add(!options.password_required, "password_required", "false");
    add(options.run_as_owner, "run_as_owner", "true");
    add(std::strcmp(options.streaming, "off") != 0, "streaming", options.streaming);
    add(std::strcmp(options.synchronous_commit, "off") != 0, "synchronous_commit",
        quote_literal_cstr(options.synchronous_commit));
    add(options.two_phase, "two_phase", "true");
    return joined_texts(texts, ", ", false);
}

char *subscription_ddl(const SubscriptionParts &parts) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE SUBSCRIPTION %s CONNECTION %s PUBLICATION %s WITH (connect = false, slot_name = %s",
                     parts.name, quote_literal_cstr(parts.connection == nullptr ? "" : parts.connection),
                     parts.publications, parts.slot);
    if (parts.options != nullptr) {
        appendStringInfo(&text, ", %s", parts.options);
    }
    appendStringInfoString(&text, ");");
    return text.data;
}

// SLOT_NAME = NONE has no quotes, a slot of that name has.
char *slot_text(const char *slot) { return slot == nullptr ? pstrdup("NONE") : quote_literal_cstr(slot); }

void read_subscriptions(ObjectReader &reader) {
    scan_catalog(SubscriptionRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_subscription>(GETSTRUCT(tuple));
        if (row.subdbid != MyDatabaseId || !reader.begin(ObjectKind::subscription, SubscriptionRelationId, row.oid,
                                                         InvalidOid, NameStr(row.subname))) {
            return;
        }
        bool is_null = false;
        const auto datum = [&](int column) { return heap_getattr(tuple, column, descriptor, &is_null); };
        SubscriptionParts parts{};
        parts.name = quote_identifier(reader.name());
        parts.publications = publications_text(datum(Anum_pg_subscription_subpublications));
        const Datum slot = datum(Anum_pg_subscription_subslotname);
        parts.slot = slot_text(is_null ? nullptr : NameStr(*DatumGetName(slot)));
        SubscriptionOptions options;
        options.binary = row.subbinary;
        options.disable_on_error = row.subdisableonerr;
        options.two_phase = row.subtwophasestate != LOGICALREP_TWOPHASE_STATE_DISABLED;
        options.synchronous_commit = TextDatumGetCString(datum(Anum_pg_subscription_subsynccommit));
        schema_audit_later_subscription_options(tuple, descriptor, &options);
        parts.options = subscription_options_text(options);
        if (may_read_connection()) {
            parts.connection = masked_connection(TextDatumGetCString(datum(Anum_pg_subscription_subconninfo)));
        } else {
            reader.hide(of_subscription("connection"));
        }
        reader.set(of_subscription("connection"), parts.connection);
        reader.set(of_subscription("publications"), parts.publications);
        reader.set(of_subscription("enabled"), row.subenabled ? "ENABLE" : "DISABLE");
        reader.set(of_subscription("slot"), parts.slot);
        reader.set(of_subscription("options"), parts.options);
        if (reader.wants_ddl()) {
            reader.set(of_subscription("ddl"), subscription_ddl(parts));
        }
        reader.set_owner(row.subowner);
    });
}

}  // namespace schema_audit::server
