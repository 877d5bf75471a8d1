// What the readers of the kinds of objects share. Each kind of catalog has a file of its own beside this one,
// with a function that is a line in the table of reader.cpp.
#pragma once

#include "core/schema/id_map.hpp"
#include "server/live_reader.hpp"
#include "server/vanished.hpp"

namespace schema_audit::server {

// A catalog row's address: class and OID.
constexpr std::uint64_t address(Oid catalog, Oid oid) noexcept {
    return (static_cast<std::uint64_t>(catalog) << 32U) | oid;
}

// What the reader of tables has found out, for the readers of objects.
struct LiveParts {
    Schema &schema;
    TextPool &pool;
    Snapshot snapshot;
    ReadScope scope;
    const IdMap &namespace_names;                          // namespace OID -> TextId of its presented name
    const IdMap &tables;                                   // relation OID -> index into Schema::tables
    const std::vector<OtherRelation> &relations;           // that are no tables: views too
    const std::string &relation_names;                     // of those
    const IdMap &sequences;                                // relation OID -> index into relations
    const std::unordered_set<std::uint64_t> &members;      // of extensions
    const std::vector<ScratchName> &scratch_names;         // of database-wide objects
    std::function<std::string(std::string_view)> present;  // scratch names replaced
};

class ObjectReader {
public:
    explicit ObjectReader(const LiveParts &parts)
        : parts_(parts), describes_(wants(AttributeGroup::comment) || wants(AttributeGroup::security_label)) {}

    void read();

    [[nodiscard]] Snapshot snapshot() const noexcept { return parts_.snapshot; }
    [[nodiscard]] bool reads_schema(Oid name_space) const noexcept {
        return parts_.namespace_names.get(name_space) != IdMap::absent;
    }
    [[nodiscard]] bool wants(ObjectKind kind) const noexcept { return (parts_.scope.objects & mask_of(kind)) != 0; }
    // Statements that create objects are kept by models only.
    [[nodiscard]] bool wants_ddl() const noexcept { return parts_.scope.ddl; }
    [[nodiscard]] bool wants(AttributeGroup group) const noexcept { return is_compared(parts_.scope.items, group); }

    // False: it is the DDL of a model that is read, which fills nothing.
    [[nodiscard]] bool holds_rows() const noexcept { return parts_.scope.holds_rows; }
    [[nodiscard]] bool is_member(Oid catalog, Oid oid) const { return parts_.members.contains(address(catalog, oid)); }

    // The table of that OID, if it is among those that are read; never a view.
    [[nodiscard]] const Table *table(Oid relation) const noexcept;
    [[nodiscard]] const Column *column(const Table &table, std::int16_t number) const noexcept;
    [[nodiscard]] std::string_view view(TextId id) const noexcept { return parts_.pool.view(id); }
    // Does the column, its owner, get its numbers from the sequence of that name?
    [[nodiscard]] bool is_numbered_by(const Column &column, Oid name_space, std::string_view sequence) const;
    // Sequences, views, composite types of the schemas that are read.
    [[nodiscard]] std::span<const OtherRelation> relations() const noexcept { return parts_.relations; }
    [[nodiscard]] std::string_view name_of(const OtherRelation &relation) const noexcept {
        return std::string_view(parts_.relation_names).substr(relation.name, relation.length);
    }
    // Index into relations(), or IdMap::absent.
    [[nodiscard]] std::uint32_t sequence(Oid oid) const noexcept { return parts_.sequences.get(oid); }
    // Whether database-wide objects are read.
    [[nodiscard]] bool reads_database() const noexcept { return parts_.scope.database; }
    // The name by which a schema is known; empty: it is not read.
    [[nodiscard]] std::string_view presented_schema(Oid name_space) const noexcept {
        const std::uint32_t known = parts_.namespace_names.get(name_space);
        return known == IdMap::absent ? std::string_view{} : parts_.pool.view(static_cast<TextId>(known));
    }
    // The name of a database-wide object, which register_ddl makes under another one.
    [[nodiscard]] std::string_view real_name(std::string_view name) const;

    // ---- inside server_call (they never ereport) ----

    // Begins an object in a schema that is read, or a database-wide one (name_space InvalidOid). False when it
    // is not to be read: another schema, part of an extension, a kind that nobody asked for. set_… then say
    // more about it until the next begin.
    bool begin(ObjectKind kind, Oid catalog, Oid oid, Oid name_space, std::string_view name);
    // The same for a relation that is no table, with who owns it and what is granted on it.
    bool begin(ObjectKind kind, const OtherRelation &relation);
    // The same for what hangs on a table or view. What hangs on a member of an extension is the extension's.
    bool begin_on(ObjectKind kind, Oid catalog, Oid oid, Oid relation, std::string_view name);
    // The table (or view) that the object hangs on or belongs to; its schema becomes the object's.
    void set_table(std::string_view name);
    void set_table(TextId name) { current().table = name; }
    // What SQL names the object after DROP <kind>, where that is not its qualified name.
    void set_identity(const char *sql);
    // Texts may name scratch schemas: they are replaced. Null and empty texts set nothing.
    void set(AttributeId id, const char *text);
    void set(AttributeId id, std::string_view text);
    // A name that is known already, in which nothing is replaced.
    void set_name(AttributeId id, TextId name) { parts_.schema.attach(current().attributes, {id, name}); }
    void set_if(bool condition, AttributeId id, std::string_view text) {
        if (condition) {
            set(id, text);
        }
    }

    // What it names is gone meanwhile: it is not to be judged.
    void set_vanished() { current().vanished = true; }
    // Qualified names, remembered for all readers, as zero-terminated texts that last as long as the reading; null
    // when the type is gone.
    const char *type_text(Oid type);
    // The caller may not see this of it: a finding, where a model says something.
    void hide(AttributeId id) { current().hidden = id; }

    // The object's name, and that as SQL for its DDL; palloc'd. Server functions.
    [[nodiscard]] char *name() const;
    [[nodiscard]] char *qualified_name() const;

    // Who owns it, and what is granted on it beyond the default of its kind. Server functions.
    void set_owner(Oid role);
    void set_grants(Datum acl, bool is_null, ObjectType type, Oid owner);

    // ---- outside of server_call ----

    // For what only the server can print: runs print(oid), inside server_call and in a subtransaction of its
    // own, for each object of the kind that was read; set_… are about that object. What is gone meanwhile
    // is marked so, and so is what print finds locked. print must not wait for locks on user relations: the audit
    // waits for nobody. Those it may have got go with the subtransaction, which is always rolled back, and what
    // it palloc'd goes as well.
    template <class Print>
    void for_each(ObjectKind kind, Print print) {
        for_each(
            kind, [](Oid) { return true; }, print);
    }
    // Only those of which something has to be printed.
    template <class Wanted, class Print>
    void for_each(ObjectKind kind, Wanted wanted, Print print) {
        const MemoryContext scratch = server_call(
            [] { return AllocSetContextCreate(CurrentMemoryContext, "schema_audit object", ALLOCSET_DEFAULT_SIZES); });
        for (std::size_t i = 0; i < parts_.schema.objects.size(); ++i) {
            current_ = i;
            const SchemaObject &object = parts_.schema.objects[i];
            const Oid oid = object.live_id;
            if (object.kind != kind || !wanted(oid)) {
                continue;
            }
            const auto run = [&] {
                MemoryContextReset(scratch);
                const MemoryContext old = MemoryContextSwitchTo(scratch);
                print(oid);
                MemoryContextSwitchTo(old);
            };
            if (!unless_vanished([&] { server_call(run); }, Keep::nothing)) {
                parts_.schema.objects[i].vanished = true;
            }
        }
        server_call([&] { MemoryContextDelete(scratch); });
    }

private:
    void read_comments();  // descriptions.cpp, with the following
    void read_security_labels();
    struct PartText {
        std::uint32_t object;
        AttributeId attribute;
        std::string part, text;  // as SQL: "Total", 'what all cost'
    };
    // The object, and the attribute that lists what is said of its parts, that a row about a part describes.
    struct PartOf {
        std::uint32_t object;
        AttributeId attribute;
        const char *part;
    };
    [[nodiscard]] std::optional<PartOf> described_part(Oid catalog, Oid oid, int column, bool label) const;
    void set_part_texts(std::vector<PartText> &texts);
    [[nodiscard]] TextId schema_name(Oid name_space) const;  // none: not read
    void add(ObjectKind kind, Oid catalog, Oid oid, TextId schema, std::string_view name);
    void add_enums_of_columns();
    [[nodiscard]] SchemaObject &current() noexcept { return parts_.schema.objects[current_]; }

    const LiveParts &parts_;
    const bool describes_;  // by what catalogs say of all kinds
    std::size_t current_ = 0;
    std::unordered_map<Oid, const char *> types_;
    std::unordered_map<std::uint64_t, std::uint32_t> by_address_;  // index into Schema::objects; for descriptions
};

// A row's text[] of "name=value" pairs, as reloptions and foreign options are, sorted: "a=1, b=2"; palloc'd,
// null when there are none. Server function.
char *sorted_options(Datum options, bool is_null);
char *sorted_texts(const char **texts, int count);  // "a, b"; null when there are none

// "total(integer, text)", "count(*)": what tells a routine from others; null when a type is gone. Server function.
char *signature_of(ObjectReader &reader, const FormData_pg_proc &row);

// Qualified names as SQL; palloc'd, null when what they name is gone. Server functions.
char *function_name(Oid function);
char *role_name(Oid role);  // PUBLIC for InvalidOid

// Statements of kinds that are read from catalogs and from the text of DDL alike. Server functions.
char *event_trigger_ddl(const char *name, const char *event, const char *tags, const char *function,
                        const char *enabled);
bool is_of_the_guard(Oid function);                    // of one of the event triggers that enable() makes
const char *event_trigger_enabled_text(char enabled);  // null: as CREATE makes it
struct LanguageParts {
    const char *name, *handler, *inline_handler, *validator;
    bool trusted;
};
char *language_ddl(const LanguageParts &parts);
char *transform_ddl(const char *type, const char *language, const char *from_sql, const char *to_sql);

// Privileges as text, "PUBLIC=SELECT; anna=INSERT,SELECT*; owner=ALL" (* with grant option; ALL of a table);
// palloc'd, null when they are those that every object of the type has. Server function.
char *grants_text(Datum acl, bool is_null, ObjectType type, Oid owner);
// By bit of AclMode.
inline constexpr auto privilege_words =
    std::to_array<const char *>({"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "EXECUTE",
                                 "USAGE", "CREATE", "TEMPORARY", "CONNECT", "SET", "ALTER SYSTEM", "MAINTAIN"});
// The same of any list of privileges, whatever the default.
enum class PrivilegesOf : std::uint8_t { everybody, others /* than the owner */ };
char *privileges_text(const Acl *acl, Oid owner, PrivilegesOf whose);

// Names and statements of kinds that are read from catalogs and from the text of DDL alike; names are quoted, null is
// what is not said. Server functions.
char *extension_ddl(const char *name, const char *schema, const char *version);
char *user_mapping_name(const char *user, const char *server);  // not quoted; null: PUBLIC
const char *default_privileges_word(char type);
char *default_privileges_name(const char *role, char type);  // not quoted
struct SubscriptionParts {
    const char *name, *connection, *publications, *slot, *options;
};
char *subscription_ddl(const SubscriptionParts &parts);
char *subscription_options_text(const SubscriptionOptions &options);  // those that are not as usual
char *masked_connection(const char *connection);
char *slot_text(const char *slot);  // null: none

// An index as CREATE INDEX makes it: "USING btree (a DESC) WHERE …", in normal form and without names; or else with
// the whole statement. Null when it is gone. Server function; in index_text.cpp.
enum class IndexForm { normal, statement };
char *index_text(HeapTuple pg_index, TupleDesc descriptor, IndexForm form);

// ---- the readers, each in its own file ----

void read_sequences(ObjectReader &reader);       // sequences.cpp
void read_functions(ObjectReader &reader);       // functions.cpp
void read_aggregates(ObjectReader &reader);      // aggregates.cpp
void read_triggers(ObjectReader &reader);        // triggers.cpp
void read_policies(ObjectReader &reader);        // policies.cpp
void read_event_triggers(ObjectReader &reader);  // event_triggers.cpp
void read_languages(ObjectReader &reader);       // languages.cpp: with their transforms
void read_views(ObjectReader &reader);           // views.cpp
void read_rules(ObjectReader &reader);           // rules.cpp
inline constexpr KindMask kinds_of_types = mask_of(ObjectKind::enum_type) | mask_of(ObjectKind::domain) |
                                           mask_of(ObjectKind::composite_type) | mask_of(ObjectKind::range_type) |
                                           mask_of(ObjectKind::base_type);
void read_types(ObjectReader &reader);             // types.cpp
void read_collations(ObjectReader &reader);        // collations.cpp: conversions too
void read_operators(ObjectReader &reader);         // operators.cpp
void read_operator_classes(ObjectReader &reader);  // operator_classes.cpp: families too
void read_casts(ObjectReader &reader);             // casts.cpp
void read_text_search(ObjectReader &reader);       // text_search.cpp
void read_statistics(ObjectReader &reader);        // statistics.cpp
void read_access_methods(ObjectReader &reader);    // access_methods.cpp
void read_schemas(ObjectReader &reader);           // schemas.cpp
void read_extensions(ObjectReader &reader);        // schemas.cpp
void read_publications(ObjectReader &reader);      // publications.cpp: their tables too
void read_subscriptions(ObjectReader &reader);     // subscriptions.cpp
void read_foreign_servers(ObjectReader &reader);   // foreign_servers.cpp: wrappers and user mappings too
void read_roles(ObjectReader &reader);             // roles.cpp
void read_default_privileges(ObjectReader &reader);
void read_parameter_privileges(ObjectReader &reader);

}  // namespace schema_audit::server
