#include "server/read_model.hpp"
#include "core/schema/id_map.hpp"
#include "core/schema/identifier.hpp"
#include "core/schema/schema_pattern.hpp"

#include "server/table_scan.hpp"

namespace schema_audit::server {
namespace {

constexpr std::uint32_t no_table = 0xFFFFFFFF;
constexpr std::uint32_t most_skipped = 64;  // tables without rows of a kind, one after the other

// Column numbers of the tables in src/sql/20_model.sql; columns added later come after these.
namespace model_row {
enum { model = 1, version, source, governed_schemas, kinds = 8, whole_database, tenant_pattern };
}
namespace table_row {
enum { model = 1, schema_name, table_name, kind, app, managed, attributes = 9 };
}
namespace column_row {
enum {
    model = 1,
    schema_name,
    table_name,
    column_name,
    position,
    data_type,
    not_null,
    default_expression,
    default_normal,
    identity,
    generated,
    owns_sequence,
    collation_name,
    client_default_kind,
    client_default,
    choices,
    list,
    attributes
};
}
namespace constraint_row {
enum {
    model = 1,
    schema_name,
    table_name,
    constraint_name,
    kind,
    columns,
    referenced_schema,
    referenced_table,
    referenced_columns,
    on_update,
    on_delete,
    match_type,
    is_deferrable,
    initially_deferred,
    validated,
    no_inherit,
    nulls_not_distinct,
    expression,
    expression_normal,
    attributes
};
}
namespace index_row {
enum {
    model = 1,
    schema_name,
    table_name,
    index_name,
    method,
    is_unique,
    nulls_not_distinct,
    keys,
    include,
    predicate,
    predicate_normal,
    attributes
};
}
namespace object_row {
enum { model = 1, kind, schema_name, table_name, object_name, definition };
}
namespace compare_row {
enum { item = 1, model_pattern, enabled };
}
namespace suppression_row {
enum { id = 1, finding_key, rule, schema_pattern, table_pattern, object_pattern, reason, expires_at };
}

char action_letter(std::string_view text) noexcept {
    if (text == "set null") {
        return FKCONSTR_ACTION_SETNULL;
    }
    if (text == "set default") {
        return FKCONSTR_ACTION_SETDEFAULT;
    }
    return text.empty() || text == "no action" ? FKCONSTR_ACTION_NOACTION : text.front();
}

ConstraintKind constraint_kind(std::string_view text) noexcept {
    if (text == "primary key") {
        return ConstraintKind::primary_key;
    }
    if (text == "unique") {
        return ConstraintKind::unique;
    }
    if (text == "foreign key") {
        return ConstraintKind::foreign_key;
    }
    return text == "check" ? ConstraintKind::check : ConstraintKind::exclusion;
}

TableKind table_kind(std::string_view text) noexcept {
    if (text == "partitioned table") {
        return TableKind::partitioned_table;
    }
    if (text == "partition") {
        return TableKind::partition;
    }
    return text == "foreign table" ? TableKind::foreign_table : TableKind::table;
}

ClientDefault client_default_kind(std::string_view text) noexcept {
    if (text == "constant") {
        return ClientDefault::constant;
    }
    if (text == "callable") {
        return ClientDefault::callable;
    }
    return text.empty() ? ClientDefault::none : ClientDefault::automatic;
}

class ModelReader {
public:
    ModelReader(Schema &schema, TextPool &pool, ReadScope scope) : schema_(schema), pool_(pool), scope_(scope) {}

    void read() {
        read_models();
        read_compared();
        read_tables();
        read_columns();
        const bool compares_keys = std::ranges::any_of(schema_.models, [](const Model &model) {
            return is_compared(model.compared, ObjectKind::constraint) ||
                   is_compared(model.compared, ObjectKind::index);
        });
        if (scope_.reads_keys() && compares_keys) {
            read_constraints();
            read_indexes();
        }
        read_objects();
        for (std::size_t i = 0; i < schema_.models.size(); ++i) {
            if (schema_.models[i].hand_written) {
                schema_.models[i].describes_constraints = has_constraints_[i];
                schema_.models[i].describes_indexes = has_indexes_[i];
            }
        }
        schema_.finish();
    }

private:
    void read_models();
    void read_tables();
    void read_columns();
    void read_constraints();
    void read_indexes();
    void read_objects();
    void read_compared();
    void read_labels(JsonbContainer *list);
    void read_attributes(const RowView &row, int column, ObjectKind kind, Range &attributes);

    std::uint32_t table_of(const RowView &row, const StoredRow &stored);
    [[nodiscard]] bool is_table(std::uint32_t table, const RowView &row) const;
    std::uint32_t find_table(const RowView &row);
    Column known_column(const RowView &row, const StoredRow &stored);
    Column read_column(const RowView &row);
    // Of a lost model that alone is told, once.
    void report_lost(LostRows rows) {
        if (!models_.contains(rows.model)) {
            rows.schema = rows.table = TextId::none;
        }
        if (std::ranges::find(schema_.lost, rows) == schema_.lost.end()) {
            schema_.lost.push_back(rows);
        }
    }
    IdList text_list(const RowView &row, int column) {
        list_.clear();
        row.texts(column, [this](std::string_view text) { list_.push_back(pool_.intern(text)); });
        return schema_.add_ids(list_);
    }

    // A column, and the bytes of the row that said so: all but the table and the position.
    struct KnownColumn {
        std::string nulls, name, rest;
        int attributes = 0;
        Column column;
    };

    Schema &schema_;
    TextPool &pool_;
    ReadScope scope_;
    std::string labels_;
    std::unordered_map<TextId, std::uint32_t> models_;
    PairMap tables_;                         // the first of that name
    std::vector<std::uint32_t> same_names_;  // the next of the same name, of another model
    std::string last_prefix_;                // the bytes of model, schema and table of the last row
    std::uint32_t last_table_ = no_table;
    std::uint32_t next_table_ = 0;  // the one to expect after it
    std::vector<TextId> list_;
    std::vector<KnownColumn> known_columns_;  // by hash; a newer one replaces an older one
    std::array<std::uint32_t, MaxHeapAttributeNumber + 1> likely_columns_{};  // of those, the last of a position
    std::vector<bool> has_constraints_, has_indexes_;
};

void ModelReader::read_models() {
    scan_table(own_table_for_select("model"), [this](const RowView &row) {
        Model model;
        model.name = pool_.intern(row.text(model_row::model));
        model.from_database = row.text(model_row::source) == "schema";
        model.hand_written = row.text(model_row::source) == "hand";
        model.governed = text_list(row, model_row::governed_schemas);
        model.whole_database = row.boolean(model_row::whole_database);
        if (!row.is_null(model_row::tenant_pattern)) {
            model.tenant_pattern = pool_.intern(row.text(model_row::tenant_pattern));
            model.tenant_schema = pool_.intern(schema_name_of(pool_.view(model.tenant_pattern)));
        }
        row.texts(model_row::kinds, [&](std::string_view word) {
            const auto kind = kind_from(word);
            model.describes |= kind ? mask_of(*kind) : 0;
        });
        schema_.models.push_back(model);
    });
    // By name, so that everything that depends on their order is the same in every run.
    std::ranges::sort(schema_.models, {}, [this](const Model &model) { return pool_.view(model.name); });
    for (std::uint32_t i = 0; i < schema_.models.size(); ++i) {
        models_[schema_.models[i].name] = i;
    }
    has_constraints_.assign(schema_.models.size(), false);
    has_indexes_.assign(schema_.models.size(), false);
}

void ModelReader::read_tables() {
    scan_table(own_table_for_select("model_table"), [this](const RowView &row) {
        const TextId model = pool_.intern(row.text(table_row::model));
        const auto found = models_.find(model);
        if (found == models_.end()) {
            report_lost({model});
            return;
        }
        Table table;
        table.model = found->second;
        table.schema = pool_.intern(row.text(table_row::schema_name));
        table.name = pool_.intern(row.text(table_row::table_name));
        table.kind = table_kind(row.text(table_row::kind));
        table.app = pool_.intern(row.text(table_row::app));
        table.managed = row.boolean(table_row::managed);
        read_attributes(row, table_row::attributes, ObjectKind::table, table.attributes);
        schema_.tables.push_back(table);
    });
    std::ranges::stable_sort(schema_.tables, {}, [](const Table &table) { return table.model; });
    tables_.reserve(schema_.tables.size());
    same_names_.assign(schema_.tables.size(), no_table);
    schema_.columns.reserve(schema_.tables.size() * 14);
    schema_.constraints.reserve(schema_.tables.size() * 2);
    schema_.indexes.reserve(schema_.tables.size() * 2);
    pool_.reserve(schema_.tables.size() * 4);
    for (std::uint32_t i = 0; i < schema_.tables.size(); ++i) {
        const std::uint64_t name = pair_of(schema_.tables[i].schema, schema_.tables[i].name);
        if (const std::uint32_t other = tables_.get(name); other == PairMap::absent) {
            tables_.set(name, i);
        } else {
            same_names_[i] = std::exchange(same_names_[other], i);
        }
    }
}

bool ModelReader::is_table(std::uint32_t table, const RowView &row) const {
    return table < schema_.tables.size() && row.text(3) == pool_.view(schema_.tables[table].name) &&
           row.text(2) == pool_.view(schema_.tables[table].schema) &&
           row.text(1) == pool_.view(schema_.models[schema_.tables[table].model].name);
}

// Rows of dependent tables tend to come in the order of the tables, but for some that stand elsewhere; not all
// tables have constraints or indexes.
std::uint32_t ModelReader::find_table(const RowView &row) {
    if (is_table(next_table_, row)) {
        return next_table_++;
    }
    const std::uint64_t name = pair_of(pool_.find(row.text(2)), pool_.find(row.text(3)));
    std::uint32_t table = tables_.get(name);
    while (table != no_table && !is_table(table, row)) {
        table = same_names_[table];
    }
    if (table == no_table) {
        report_lost({pool_.intern(row.text(1)), pool_.intern(row.text(2)), pool_.intern(row.text(3))});
    } else if (table >= next_table_ && table - next_table_ < most_skipped) {
        next_table_ = table + 1;
    }
    return table;
}

// The table that a row of a dependent table belongs to. Rows of a table usually follow each other, so the
// bytes are compared with the last row's before anything is read.
std::uint32_t ModelReader::table_of(const RowView &row, const StoredRow &stored) {
    const bool same = stored.data != nullptr && !last_prefix_.empty() && stored.size >= last_prefix_.size() &&
                      std::memcmp(stored.data, last_prefix_.data(), last_prefix_.size()) == 0;
    if (!same) {
        last_table_ = find_table(row);
        last_prefix_.clear();
        if (stored.data != nullptr) {
            last_prefix_.assign(stored.data, row.end_of(3, stored));
        }
    }
    return last_table_;
}

// Columns of the same name tend to be alike in all tables, and most of all at the same position in the table
// before. What follows the position lies as the position does: only a long name, which has no place of its
// own, spoils that.
Column ModelReader::known_column(const RowView &row, const StoredRow &stored) {
    constexpr std::size_t known_count = 1024;
    const std::size_t start = last_prefix_.size();
    if (stored.data == nullptr || !VARATT_IS_SHORT(stored.data + start)) {
        return read_column(row);
    }
    const std::string_view name{stored.data + start, VARSIZE_SHORT(stored.data + start)};
    const std::size_t place = INTALIGN(start + name.size());
    const std::size_t behind = place + sizeof(std::int32_t);
    const std::string_view rest{stored.data + behind, stored.size - behind};
    std::int32_t position = 0;
    std::memcpy(&position, stored.data + place, sizeof position);
    const auto is = [&](const KnownColumn &known) {
        return known.rest == rest && known.name == name && known.attributes == stored.attributes &&
               known.nulls == stored.nulls;
    };
    known_columns_.resize(known_count);
    std::uint32_t &number = likely_columns_[static_cast<std::size_t>(position) % likely_columns_.size()];
    if (!is(known_columns_[number])) {
        number = static_cast<std::uint32_t>((hash_of(name) + hash_of(rest)) % known_count);
        if (KnownColumn &known = known_columns_[number]; !is(known)) {
            known = {std::string(stored.nulls), std::string(name), std::string(rest), stored.attributes,
                     read_column(row)};
        }
    }
    Column column = known_columns_[number].column;
    column.position = static_cast<std::int16_t>(position);
    return column;
}

Column ModelReader::read_column(const RowView &row) {
    Column column;
    column.position = static_cast<std::int16_t>(row.integer(column_row::position));
    column.name = pool_.intern(row.text(column_row::column_name));
    column.type = pool_.intern(row.text(column_row::data_type));
    column.not_null = row.boolean(column_row::not_null);
    column.default_text = pool_.intern(row.text(column_row::default_expression));
    column.default_normal = pool_.intern(row.text(column_row::default_normal), column.default_text);
    if (!row.is_null(column_row::identity)) {
        column.identity = row.text(column_row::identity) == "always" ? Identity::always : Identity::by_default;
    }
    if (!row.is_null(column_row::generated)) {
        column.generated = row.text(column_row::generated) == "stored" ? Generated::stored : Generated::virtual_;
    }
    column.owns_sequence = row.boolean(column_row::owns_sequence);
    column.collation = pool_.intern(row.text(column_row::collation_name));
    if (!row.is_null(column_row::client_default_kind)) {
        column.client_default_kind = client_default_kind(row.text(column_row::client_default_kind));
        column.client_default_text = pool_.intern(row.text(column_row::client_default));
    }
    column.list = row.boolean(column_row::list);
    read_attributes(row, column_row::attributes, ObjectKind::column, column.attributes);
    return column;
}

void ModelReader::read_columns() {
    scan_table(own_table_for_select("model_column"), [this](const RowView &row) {
        const StoredRow stored = row.stored();
        const std::uint32_t table = table_of(row, stored);
        if (table != no_table) {
            schema_.columns.push_back(known_column(row, stored));
            schema_.columns.back().table = table;
        }
    });
}

void ModelReader::read_constraints() {
    next_table_ = 0;
    scan_table(own_table_for_select("model_constraint"), [this](const RowView &row) {
        Constraint constraint;
        constraint.table = table_of(row, row.stored());
        if (constraint.table == no_table) {
            return;
        }
        constraint.name = pool_.intern(row.text(constraint_row::constraint_name));
        constraint.kind = constraint_kind(row.text(constraint_row::kind));
        constraint.columns = text_list(row, constraint_row::columns);
        constraint.deferrable = row.boolean(constraint_row::is_deferrable);
        constraint.initially_deferred = row.boolean(constraint_row::initially_deferred);
        constraint.validated = row.boolean(constraint_row::validated);
        constraint.no_inherit = row.boolean(constraint_row::no_inherit);
        constraint.nulls_not_distinct = row.boolean(constraint_row::nulls_not_distinct);
        if (constraint.kind == ConstraintKind::foreign_key) {
            constraint.referenced_schema = pool_.intern(row.text(constraint_row::referenced_schema));
            constraint.referenced_table = pool_.intern(row.text(constraint_row::referenced_table));
            constraint.referenced_columns = text_list(row, constraint_row::referenced_columns);
            constraint.on_update = action_letter(row.text(constraint_row::on_update));
            constraint.on_delete = action_letter(row.text(constraint_row::on_delete));
            constraint.match_type =
                row.text(constraint_row::match_type) == "full" ? FKCONSTR_MATCH_FULL : FKCONSTR_MATCH_SIMPLE;
        }
        constraint.expression = pool_.intern(row.text(constraint_row::expression));
        constraint.expression_normal = pool_.intern(row.text(constraint_row::expression_normal));
        read_attributes(row, constraint_row::attributes, ObjectKind::constraint, constraint.attributes);
        has_constraints_[schema_.tables[constraint.table].model] = true;
        schema_.constraints.push_back(constraint);
    });
}

void ModelReader::read_indexes() {
    next_table_ = 0;
    scan_table(own_table_for_select("model_index"), [this](const RowView &row) {
        Index index;
        index.table = table_of(row, row.stored());
        if (index.table == no_table) {
            return;
        }
        index.name = pool_.intern(row.text(index_row::index_name));
        index.method = pool_.intern(row.text(index_row::method));
        index.unique = row.boolean(index_row::is_unique);
        index.nulls_not_distinct = row.boolean(index_row::nulls_not_distinct);
        index.keys = text_list(row, index_row::keys);
        index.include = text_list(row, index_row::include);
        index.predicate = pool_.intern(row.text(index_row::predicate));
        index.predicate_normal = pool_.intern(row.text(index_row::predicate_normal));
        read_attributes(row, index_row::attributes, ObjectKind::index, index.attributes);
        has_indexes_[schema_.tables[index.table].model] = true;
        schema_.indexes.push_back(index);
    });
}

// ["new", "done"]: the labels of an enum as people write them by hand.
void ModelReader::read_labels(JsonbContainer *list) {
    labels_.clear();
    JsonbIterator *iterator = JsonbIteratorInit(list);
    JsonbValue value;
    for (JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, true); token != WJB_DONE;
         token = JsonbIteratorNext(&iterator, &value, true)) {
        if (token == WJB_ELEM && value.type == jbvString) {
            append_label(labels_, {value.val.string.val, static_cast<std::size_t>(value.val.string.len)});
        }
    }
}

// {"key": "text", …}: what the CHECK of the table has let in.
void ModelReader::read_attributes(const RowView &row, int column, ObjectKind kind, Range &attributes) {
    if (row.is_null(column)) {
        return;
    }
    JsonbIterator *iterator = JsonbIteratorInit(&DatumGetJsonbP(row.datum(column))->root);
    JsonbValue value;
    std::optional<AttributeId> id;
    for (JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, true); token != WJB_DONE;
         token = JsonbIteratorNext(&iterator, &value, true)) {
        if (token == WJB_VALUE && value.type == jbvBinary && id) {
            read_labels(value.val.binary.data);
            schema_.attach(attributes, {*id, pool_.intern(labels_)});
        }
        if (value.type != jbvString || (token != WJB_KEY && token != WJB_VALUE)) {
            continue;
        }
        const std::string_view text{value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
        if (token == WJB_KEY) {
            id = find_attribute(kind, text);
        } else if (id) {
            schema_.attach(attributes, {*id, pool_.intern(text)});
        }
    }
}

void ModelReader::read_objects() {
    scan_table(own_table_for_select("model_object"), [this](const RowView &row) {
        const auto kind = kind_from(row.text(object_row::kind));
        const auto model = models_.find(pool_.intern(row.text(object_row::model)));
        if (model == models_.end()) {
            report_lost({pool_.intern(row.text(object_row::model))});
            return;
        }
        if (!kind) {
            return;
        }
        SchemaObject object;
        object.kind = *kind;
        object.model = model->second;
        object.schema = pool_.intern(row.text(object_row::schema_name));
        object.table = pool_.intern(row.text(object_row::table_name));
        object.name = pool_.intern(row.text(object_row::object_name));
        read_attributes(row, object_row::definition, *kind, object.attributes);
        Model &owner = schema_.models[object.model];
        owner.describes |= owner.hand_written ? mask_of(*kind) : 0;
        if (*kind == ObjectKind::enum_type) {
            const std::string type = quote_qualified(pool_.view(object.schema), pool_.view(object.name));
            schema_.enums.push_back(
                {object.schema, object.name, pool_.intern(type),
                 schema_.attribute_of(object.attributes, attribute(ObjectKind::enum_type, "labels")), object.model});
        }
        schema_.objects.push_back(object);
    });
    std::ranges::stable_sort(schema_.objects, {}, &SchemaObject::model);
}

// Of several rows for an item the one with the longest pattern decides.
void ModelReader::read_compared() {
    constexpr std::size_t most_items = 64;
    std::vector<std::array<std::uint32_t, most_items>> lengths(schema_.models.size());
    scan_table(own_table_for_select("compare"), [&](const RowView &row) {
        const auto item = find_compare_item(row.text(compare_row::item));
        const std::string_view pattern = row.text(compare_row::model_pattern);
        for (std::size_t i = 0; item && i < schema_.models.size(); ++i) {
            Model &model = schema_.models[i];
            std::uint32_t &decided = lengths[i][*item];
            if (like(pool_.view(model.name), pattern) && pattern.size() + 1 > decided) {
                decided = static_cast<std::uint32_t>(pattern.size() + 1);
                const CompareMask bit = CompareMask{1} << *item;
                model.compared = row.boolean(compare_row::enabled) ? model.compared | bit : model.compared & ~bit;
            }
        }
    });
}

// The same text whatever the session's time zone: timestamptz counts in UTC.
std::string utc_text(TimestampTz at) {
    pg_tm fields{};
    fsec_t fraction = 0;
    if (TIMESTAMP_NOT_FINITE(at) || timestamp2tm(at, nullptr, &fields, &fraction, nullptr, nullptr) != 0) {
        return timestamptz_to_str(at);
    }
    std::array<char, MAXDATELEN + 1> text{};
    EncodeDateTime(&fields, fraction, false, 0, nullptr, USE_ISO_DATES, text.data());
    return std::string(text.data()) + "+00";
}

std::optional<std::string> text_or_null(const RowView &row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(std::string(row.text(column)));
}

}  // namespace

void read_models(Schema &schema, TextPool &pool, ReadScope scope) { ModelReader(schema, pool, scope).read(); }

std::vector<Suppression> read_suppressions() {
    std::vector<Suppression> result;
    const TimestampTz now = GetCurrentTimestamp();
    scan_table(own_table_for_select("suppression"), [&](const RowView &row) {
        Suppression &item = result.emplace_back();
        item.id = DatumGetInt64(row.datum(suppression_row::id));
        item.reason = row.text(suppression_row::reason);
        if (!row.is_null(suppression_row::expires_at)) {
            const TimestampTz expires = DatumGetTimestampTz(row.datum(suppression_row::expires_at));
            item.expired = expires <= now;
            item.expires_at = utc_text(expires);
        }
        item.finding_key = text_or_null(row, suppression_row::finding_key);
        item.rule = text_or_null(row, suppression_row::rule);
        item.schema_pattern = text_or_null(row, suppression_row::schema_pattern);
        item.table_pattern = text_or_null(row, suppression_row::table_pattern);
        item.object_pattern = text_or_null(row, suppression_row::object_pattern);
    });
    std::ranges::sort(result, {}, &Suppression::id);
    return result;
}

}  // namespace schema_audit::server
