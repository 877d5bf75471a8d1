// Objects that are no tables: missing, extra, or defined otherwise; all of them by the same comparison.
#include "core/compare/attributes.hpp"

#include "core/compare/object_statements.hpp"
#include "core/schema/identifier.hpp"
#include "core/schema/owned_sequence.hpp"
#include "core/text/format.hpp"

#include <optional>
#include <unordered_map>
#include <vector>

namespace schema_audit {
namespace {

struct ObjectKey {
    ObjectKind kind;
    TextId schema, table, name;
    bool operator==(const ObjectKey &) const = default;
};

struct ObjectKeyHash {
    std::size_t operator()(const ObjectKey &key) const noexcept {
        std::size_t hash = static_cast<std::size_t>(key.kind);
        for (const TextId part : {key.schema, key.table, key.name}) {
            constexpr std::size_t mixer = 0x9E3779B97F4A7C15;
            hash = (hash ^ static_cast<std::size_t>(part)) * mixer;
        }
        return hash ^ (hash >> 32U);
    }
};

class ObjectComparison {
public:
    explicit ObjectComparison(Context &context) : context_(context) {}

    void compare() {
        if (context_.model.objects.empty() && context_.live.objects.empty()) {
            return;
        }
        // Most databases have a sequence for each table, of which most models say nothing.
        KindMask expected_kinds = 0;
        for (const SchemaObject &expected : context_.model.objects) {
            expected_kinds |= mask_of(expected.kind);
        }
        for (std::uint32_t i = 0; i < context_.live.objects.size(); ++i) {
            const SchemaObject &actual = context_.live.objects[i];
            if ((expected_kinds & mask_of(actual.kind)) == 0) {
                continue;
            }
            live_.emplace(key_of(context_.live, actual), i);
            if (numbers_column(context_.live, actual)) {
                live_.emplace(ObjectKey{actual.kind, actual.schema, TextId::none, actual.name}, i);
            }
        }
        for (const RenamedType &type : context_.renamed_types) {
            renamed_.emplace(type.expected, type.actual);
            claimed_.emplace(key_of(context_.live, context_.live.objects[type.actual]), 0);
        }
        for (const SchemaObject &expected : context_.model.objects) {
            claim(expected);
        }
        for (const SchemaObject &expected : context_.model.objects) {
            if (context_.model_selected(expected.model) && is_compared(model_of(expected).compared, expected.kind)) {
                compare_one(expected);
            }
        }
        for (const SchemaObject &actual : context_.live.objects) {
            const auto claimed = [&] {
                return (expected_kinds & mask_of(actual.kind)) != 0 && claimed_.contains(key_of(context_.live, actual));
            };
            if (!actual.vanished && !claimed() && !is_namesake(actual)) {
                report_extra(actual);
            }
        }
    }

private:
    // A sequence that numbers its column is known by that: its name is made up by the server.
    [[nodiscard]] ObjectKey key_of(const Schema &schema, const SchemaObject &object) const {
        // A cast is known by its types, whichever of their schemas it is counted to; statistics have a name of
        // their own, on whatever table.
        if (object.kind == ObjectKind::cast) {
            return {object.kind, TextId::none, TextId::none, object.name};
        }
        if (object.kind == ObjectKind::statistics) {
            return {object.kind, object.schema, TextId::none, object.name};
        }
        if (object.kind == ObjectKind::sequence) {
            return numbers_column(schema, object) ? ObjectKey{object.kind, object.schema, object.table,
                                                              schema.attribute_of(object.attributes, owned_by)}
                                                  : ObjectKey{object.kind, object.schema, TextId::none, object.name};
        }
        return {object.kind, object.schema, object.table, object.name};
    }
    [[nodiscard]] bool numbers_column(const Schema &schema, const SchemaObject &object) const {
        if (object.kind != ObjectKind::sequence || object.table == TextId::none) {
            return false;
        }
        std::vector<std::optional<bool>> &known = &schema == &context_.live ? live_numbers_ : model_numbers_;
        known.resize(schema.objects.size());
        std::optional<bool> &result = known[static_cast<std::size_t>(&object - schema.objects.data())];
        if (!result) {
            result = find_whether_it_numbers(schema, object);
        }
        return *result;
    }
    [[nodiscard]] bool find_whether_it_numbers(const Schema &schema, const SchemaObject &object) const {
        const Table *table = nullptr;
        if (&schema == &context_.live) {
            table = context_.live_table(object.schema, object.table);
        } else {
            table = context_.claim(object.schema, object.table);
            while (table != nullptr && table->model != object.model) {
                table = context_.next_claim(*table);
            }
        }
        return numbers_its_column(schema, context_.pool, table, object);
    }
    // By its owner, or else by its name: a sequence may have got or lost its owner.
    [[nodiscard]] const SchemaObject *find_live(const SchemaObject &expected) const {
        auto found = live_.find(key_of(context_.model, expected));
        if (found == live_.end() && numbers_column(context_.model, expected)) {
            found = live_.find({expected.kind, expected.schema, TextId::none, expected.name});
        }
        return found == live_.end() ? nullptr : &context_.live.objects[found->second];
    }
    void claim(const SchemaObject &expected) {
        claimed_.emplace(key_of(context_.model, expected), expected.model);
        if (const SchemaObject *actual = find_live(expected)) {
            claimed_.emplace(key_of(context_.live, *actual), expected.model);
        }
    }
    [[nodiscard]] const Model &model_of(const SchemaObject &object) const {
        return context_.model.models[object.model];
    }

    [[nodiscard]] std::string sql_name(const SchemaObject &object) const {
        if (object.identity != TextId::none) {
            return context_.str(object.identity);
        }
        if (std::string own = own_sql_name(names_of(object)); !own.empty()) {
            return own;
        }
        const KindSpec &kind = spec_of(object.kind);
        const std::string_view name = context_.view(object.name);
        if (object.kind == ObjectKind::cast) {
            return format("({})", name);
        }
        if (object.kind == ObjectKind::operator_class || object.kind == ObjectKind::operator_family) {
            const std::size_t method = std::min(name.rfind(" USING "), name.size());
            return quote_qualified(context_.view(object.schema), name.substr(0, method)).append(name.substr(method));
        }
        switch (kind.place) {
            case Place::on_table:
                return format("{} ON {}", quote_identifier(name),
                              quote_qualified(context_.view(object.schema), context_.view(object.table)));
            case Place::in_schema:
                return is_named_in_sql(object.kind)
                           ? format("{}.{}", quote_identifier(context_.view(object.schema)), name)
                           : quote_qualified(context_.view(object.schema), name);
            default:
                return is_named_in_sql(object.kind) ? std::string(name) : quote_identifier(name);
        }
    }

    [[nodiscard]] std::string table_name(const SchemaObject &object) const {
        return object.table == TextId::none
                   ? std::string()
                   : quote_qualified(context_.view(object.schema), context_.view(object.table));
    }

    [[nodiscard]] ObjectNames names_of(const SchemaObject &object) const {
        return {object.kind, context_.view(object.schema), context_.view(object.table), context_.view(object.name)};
    }

    [[nodiscard]] static Table place_of(const SchemaObject &object) {
        Table place;
        place.schema = object.kind == ObjectKind::schema ? object.name : object.schema;
        place.name = object.table;
        return place;
    }
    [[nodiscard]] std::string ddl_of(const SchemaObject &object) const {
        return context_.str(context_.model.attribute_of(object.attributes, attribute(ObjectKind::view, "ddl")));
    }

    Finding &report(const std::string &rule, const SchemaObject &object, std::uint32_t model, const Table *owner) {
        const Table place = place_of(object);
        Finding &finding = context_.report(rule, place, owner, {spec_of(object.kind).word, context_.view(object.name)});
        finding.model = context_.str(context_.model.models[model].name);
        return finding;
    }

    void compare_one(const SchemaObject &expected) {
        const KindSpec &kind = spec_of(expected.kind);
        const Table *owner = expected.table == TextId::none ? nullptr : context_.claim(expected.schema, expected.table);
        const SchemaObject *found = find_live(expected);
        if (found == nullptr) {
            if ((expected.table != TextId::none && is_told_with_table(expected)) || is_of_another_schema(expected) ||
                is_told_otherwise(expected)) {
                return;
            }
            if (report_renamed(expected)) {
                return;
            }
            Finding &finding = report(format("missing-{}", kind.stem), expected, expected.model, owner);
            finding.expected = describe_attributes(context_, context_.model, expected.kind, expected.attributes,
                                                   model_of(expected).compared);
            finding.message = format("{} {} is in the model and not in the database", kind.word, sql_name(expected));
            finding.fix = creation(expected);
            tell_namesake(finding, expected);
            return;
        }
        const SchemaObject &actual = *found;
        if (actual.hidden) {
            report_hidden(expected, *actual.hidden);
        }
        if (actual.vanished) {
            Finding &finding = report("unreadable-object", expected, expected.model, owner);
            finding.message = format(
                "{} {} was changed while it was read, or holds what the server cannot print; it was not compared: run "
                "the audit again",
                kind.word, sql_name(expected));
            return;
        }
        compare_pair(expected.model, owner, actual, expected.attributes, replacement(expected, actual), actual.hidden);
    }

    // What stands in the place of a view is told with it, and is no extra of its own.
    void tell_namesake(Finding &finding, const SchemaObject &expected) const {
        const Table *other = is_view(expected.kind) ? context_.live_table(expected.schema, expected.name) : nullptr;
        if (other == nullptr) {
            return;
        }
        finding.actual = other->kind == TableKind::view                ? "view"
                         : other->kind == TableKind::materialized_view ? "materialized view"
                                                                       : "table";
        finding.message = format("{} {} is in the model, the database has a {} of that name",
                                 spec_of(expected.kind).word, sql_name(expected), finding.actual);
        finding.fix.clear();
    }
    [[nodiscard]] bool is_namesake(const SchemaObject &actual) const noexcept {
        return is_view(actual.kind) && (context_.claim(actual.schema, actual.name) != nullptr ||
                                        context_.claims_view(actual.schema, actual.name));
    }

    void compare_pair(std::uint32_t model, const Table *owner, const SchemaObject &actual, Range expected,
                      std::string replacement, std::optional<AttributeId> ignored = std::nullopt) {
        if (expected.count == 0 && actual.attributes.count == 1 &&
            ignored == context_.live.view(actual.attributes).front().id) {
            return;  // most sequences of columns
        }
        const KindSpec &kind = spec_of(actual.kind);
        const Table place = place_of(actual);
        const std::string rule = format("{}-mismatch", kind.stem);
        AttributeOwner attributes{
            .kind = actual.kind,
            .model = model,
            .place = &place,
            .owner = owner,
            .object = {kind.word, context_.view(actual.name)},
            .sql = sql_name(actual),
            .rule = rule,
            .ignored = ignored,
            .replacement = std::move(replacement),
            .table = table_name(actual),
            .name = quote_identifier(context_.view(actual.name)),
            .ddl = context_.view(context_.model.attribute_of(expected, attribute(ObjectKind::view, "ddl"))),
            .own_change = [&](std::string_view wanted, std::string_view found) {
                return own_change(names_of(actual), wanted, found);
            }};
        compare_attributes(context_, attributes, expected, actual.attributes);
    }

    // A model says nothing of a sequence that is as serial or identity makes it. True: the sequence is told with the
    // column that it numbers, or should.
    bool compare_implied(const SchemaObject &actual, const Table *owner) {
        const bool numbers = numbers_column(context_.live, actual);
        const TextId column_name = context_.live.attribute_of(actual.attributes, owned_by);
        for (const Table *claim = owner; claim != nullptr; claim = context_.next_claim(*claim)) {
            const Model &model = context_.model.models[claim->model];
            const Column *column = context_.model.column(*claim, column_name);
            if (column != nullptr && (column->owns_sequence || column->identity != Identity::none) &&
                context_.selected(*claim) && !model.hand_written && is_compared(model.compared, ObjectKind::sequence)) {
                if (numbers) {
                    compare_pair(claim->model, claim, actual, {}, {}, owned_by);
                    return true;
                }
                if (!numbers_itself(actual, column_name)) {
                    return true;
                }
            }
        }
        const Table *live = context_.live_table(actual.schema, actual.table);
        return numbers || live == nullptr || is_extra_column(context_, *live, column_name);
    }
    // Whatever sequence it gets its numbers from.
    [[nodiscard]] bool numbers_itself(const SchemaObject &sequence, TextId column_name) const {
        const Table *table = context_.live_table(sequence.schema, sequence.table);
        const Column *column = table == nullptr ? nullptr : context_.live.column(*table, column_name);
        return column != nullptr &&
               (column->identity != Identity::none || context_.view(column->default_text).starts_with("nextval("));
    }

    // An enum of a schema that the model does not govern is only known as long as a column uses it.
    [[nodiscard]] bool is_of_another_schema(const SchemaObject &object) const {
        const auto governed = context_.model.view(model_of(object).governed);
        return object.kind == ObjectKind::enum_type && std::ranges::find(governed, object.schema) == governed.end();
    }

    bool report_renamed(const SchemaObject &expected) {
        const auto found = renamed_.find(static_cast<std::uint32_t>(&expected - context_.model.objects.data()));
        if (found == renamed_.end()) {
            return false;
        }
        const KindSpec &kind = spec_of(expected.kind);
        const SchemaObject &actual = context_.live.objects[found->second];
        Finding &finding = report(format("{}-mismatch", kind.stem), expected, expected.model, nullptr);
        finding.expected = context_.view(expected.name);
        finding.actual = context_.view(actual.name);
        finding.message =
            format("{} {} has another name in the database: {}", kind.word, sql_name(expected), sql_name(actual));
        finding.fix = format("ALTER {} {} RENAME TO {};", kind.sql, sql_name(actual),
                             quote_identifier(context_.view(expected.name)));
        return true;
    }

    // A schema that the model governs or has tables in is told with them.
    [[nodiscard]] bool is_told_otherwise(const SchemaObject &object) const {
        if (object.kind == ObjectKind::schema) {
            return std::ranges::any_of(context_.findings, [&](const Finding &finding) {
                return finding.rule == "missing-schema" && finding.object_name == context_.view(object.name);
            });
        }
        const std::optional<ObjectKey> carrier = carrier_of(object);
        return carrier && claimed_.contains(*carrier) && !live_.contains(*carrier);
    }

    // A publication's tables and a server's users are told with it when it is missing or extra.
    [[nodiscard]] std::optional<ObjectKey> carrier_of(const SchemaObject &object) const {
        const Carrier carrier = schema_audit::carrier_of(names_of(object));
        return carrier.name.empty() ? std::nullopt
                                    : std::optional<ObjectKey>(
                                          {carrier.kind, TextId::none, TextId::none, context_.pool.find(carrier.name)});
    }
    [[nodiscard]] bool is_told_with_extra(const SchemaObject &object, const Model &model) const {
        const std::optional<ObjectKey> carrier = carrier_of(object);
        return carrier && live_.contains(*carrier) && !claimed_.contains(*carrier) && model.whole_database &&
               is_compared(model.compared, carrier->kind);
    }

    void report_hidden(const SchemaObject &expected, AttributeId hidden) {
        const KindSpec &kind = spec_of(expected.kind);
        if (context_.model.attribute_of(expected.attributes, hidden) == TextId::none) {
            return;
        }
        Finding &finding = report("unreadable-object", expected, expected.model, nullptr);
        finding.message = format("{} {}: its {} was not compared, since only superusers may read it", kind.word,
                                 sql_name(expected), attribute_spec(expected.kind, hidden).name);
    }

    [[nodiscard]] std::string create_sequence(const SchemaObject &expected) const {
        struct Clause {
            AttributeId id;
            std::string_view words;
        };
        constexpr auto clause = [](std::string_view name, std::string_view words) consteval {
            return Clause{attribute(ObjectKind::sequence, name), words};
        };
        constexpr auto clauses =
            std::to_array<Clause>({clause("type", "AS"), clause("start", "START"), clause("increment", "INCREMENT"),
                                   clause("minimum", "MINVALUE"), clause("maximum", "MAXVALUE"),
                                   clause("cache", "CACHE"), clause("cycle", "")});
        const auto value = [&](AttributeId id) {
            return context_.view(context_.model.attribute_of(expected.attributes, id));
        };
        const bool unlogged = !value(attribute(ObjectKind::sequence, "persistence")).empty();
        std::string text = format("CREATE {}SEQUENCE {}", unlogged ? "UNLOGGED " : "", sql_name(expected));
        for (const Clause &item : clauses) {
            if (const std::string_view wanted = value(item.id); !wanted.empty()) {
                text += item.words.empty() ? format(" {}", wanted) : format(" {} {}", item.words, wanted);
            }
        }
        if (expected.table != TextId::none) {
            text += format(" OWNED BY {}.{}", table_name(expected), quote_identifier(value(owned_by)));
        }
        return text + ";";
    }

    // With what is told with it: the tables of a publication.
    [[nodiscard]] std::string creation(const SchemaObject &expected) const {
        if (expected.kind == ObjectKind::default_privileges || expected.kind == ObjectKind::parameter_privileges) {
            return own_change(names_of(expected),
                              context_.view(context_.model.attribute_of(expected.attributes, privileges_id)), {});
        }
        if (expected.kind == ObjectKind::sequence) {
            return create_sequence(expected);
        }
        std::string result = ddl_of(expected);
        if (expected.kind == ObjectKind::publication) {
            for (const SchemaObject &object : context_.model.objects) {
                if (object.model == expected.model && object.kind == ObjectKind::publication_membership &&
                    object.name == expected.name) {
                    result.append(" ").append(ddl_of(object));
                }
            }
        }
        return result;
    }

    [[nodiscard]] std::string replacement(const SchemaObject &expected, const SchemaObject &actual) const {
        const KindSpec &kind = spec_of(expected.kind);
        const std::string ddl = expected.kind == ObjectKind::publication ? creation(expected) : ddl_of(expected);
        if (ddl.empty() || kind.replace == Replace::nothing) {
            return {};
        }
        return kind.replace == Replace::in_place ? ddl : format("{} {}", drop(actual), ddl);
    }

    // What hangs on a table that is missing, or in the database no table, is told with it.
    [[nodiscard]] bool is_told_with_table(const SchemaObject &object) const {
        const Table *live = context_.live_table(object.schema, object.table);
        if (live == nullptr || live->vanished) {
            return true;
        }
        if (object.kind == ObjectKind::sequence) {
            return numbers_column(context_.model, object) ||
                   context_.live.column(*live, context_.model.attribute_of(object.attributes, owned_by)) == nullptr;
        }
        // So is what hangs on a table where there is a view now, or the reverse.
        return holds_rows(*live) ? context_.claims_view(object.schema, object.table)
                                 : context_.claim(object.schema, object.table) != nullptr;
    }

    void report_extra(const SchemaObject &actual) {
        const KindSpec &kind = spec_of(actual.kind);
        const Table *owner = nullptr;
        std::optional<std::uint32_t> model;
        if (actual.table != TextId::none) {
            // A sequence is its column's; a view can carry triggers too.
            owner = context_.claim(actual.schema, actual.table);
            if (actual.kind == ObjectKind::sequence && compare_implied(actual, owner)) {
                return;
            }
        }
        for (std::uint32_t i = 0; i < context_.model.models.size() && !model; ++i) {
            const Model &candidate = context_.model.models[i];
            if (context_.model_selected(i) && (candidate.describes & mask_of(actual.kind)) != 0 &&
                is_compared(candidate.compared, actual.kind) && answers_for(candidate, i, actual, owner)) {
                model = i;
            }
        }
        if (!model || is_told_with_extra(actual, context_.model.models[*model])) {
            return;
        }
        Finding &finding = report(format("extra-{}", kind.stem), actual, *model, owner);
        finding.actual = describe_attributes(context_, context_.live, actual.kind, actual.attributes,
                                             context_.model.models[*model].compared);
        finding.message = format("{} {} is in the database and in no model", kind.word, sql_name(actual));
        finding.fix = drop(actual);
    }

    [[nodiscard]] std::string drop(const SchemaObject &actual) const {
        std::string own =
            own_drop(names_of(actual), context_.view(context_.live.attribute_of(actual.attributes, privileges_id)));
        return own.empty() ? format("DROP {} {};", spec_of(actual.kind).sql, sql_name(actual)) : own;
    }

    [[nodiscard]] bool answers_for(const Model &model, std::uint32_t index, const SchemaObject &actual,
                                   const Table *owner) const {
        if (actual.schema == TextId::none) {
            return model.whole_database;
        }
        if (actual.table != TextId::none) {
            for (const Table *claim = owner; claim != nullptr; claim = context_.next_claim(*claim)) {
                if (claim->model == index) {
                    return claim->managed;
                }
            }
            // On a table or view that no model names it is told with that.
            if (!context_.claims_view(actual.schema, actual.table)) {
                return false;
            }
        }
        return std::ranges::find(context_.model.view(model.governed), actual.schema) !=
               context_.model.view(model.governed).end();
    }

    static constexpr AttributeId privileges_id = attribute(ObjectKind::default_privileges, "privileges");
    static_assert(privileges_id == attribute(ObjectKind::parameter_privileges, "privileges"));
    static constexpr AttributeId owned_by = attribute(ObjectKind::sequence, "owned_by");
    Context &context_;
    mutable std::vector<std::optional<bool>> live_numbers_, model_numbers_;  // by object
    std::unordered_map<ObjectKey, std::uint32_t, ObjectKeyHash> live_, claimed_;
    std::unordered_map<std::uint32_t, std::uint32_t> renamed_;  // indexes: of the model, of the database
};

}  // namespace

void compare_objects(Context &context) { ObjectComparison(context).compare(); }

}  // namespace schema_audit
