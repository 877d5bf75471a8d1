#include "server/kept_sides.hpp"

#include "core/schema/patch.hpp"

#include "server/changed_relations.hpp"
#include "server/entry.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

// Beyond these, to read everything in order is as fast.
constexpr std::size_t most_pages = 200;  // of one catalog
constexpr std::size_t most_tables = 200;
constexpr int most_rounds = 3;

// Comments and labels are read by scans alone, and only where they are compared.
bool is_read(Oid catalog, const ReadScope &scope) noexcept {
    return catalog == DescriptionRelationId ? is_compared(scope.items, AttributeGroup::comment)
           : catalog == SecLabelRelationId  ? is_compared(scope.items, AttributeGroup::security_label)
                                            : true;
}

void sort_out(std::vector<Oid> &oids) {
    std::ranges::sort(oids);
    const auto rest = std::ranges::unique(oids);
    oids.erase(rest.begin(), rest.end());
}

// Never destroyed: the session ends first.
std::unique_ptr<KeptSides> &kept_now() {
    static auto *const result = new std::unique_ptr<KeptSides>;
    return *result;
}

std::uint64_t next_version() noexcept {
    static std::uint64_t last = 0;
    return ++last;
}

#ifdef SCHEMA_AUDIT_DEBUG
std::int64_t times_caught_up = 0;
#endif

}  // namespace

KeptSides::KeptSides(std::string reading) : reading_(std::move(reading)), version_(next_version()) {}

void KeptSides::number_tables() {
    tables_ = IdMap(sides.live.tables.size());
    for (std::uint32_t i = 0; i < sides.live.tables.size(); ++i) {
        if (OidIsValid(sides.live.tables[i].live_id)) {
            tables_.set(sides.live.tables[i].live_id, i);
        }
    }
}

std::size_t KeptSides::bytes() const noexcept {
    return sides.pool.bytes() + sides.model.bytes() + sides.live.bytes() + places.bytes() + tables_.bytes();
}

// False: something was written that is about more than tables.
bool KeptSides::find_changes(const std::vector<WrittenPages> &pages, std::vector<Subject> &changed) {
    for (const WrittenPages &item : pages) {
        RowPlaces::Catalog *catalog = places.find(item.table);
        const bool is_own = item.table >= FirstNormalObjectId;
        if (catalog != nullptr) {
            server_call([&] {
                Relation relation = table_open(item.table, AccessShareLock);
                for (const BlockNumber block : item.written) {
                    catalog->look_again(relation, block, GetActiveSnapshot(), moment.running, changed);
                }
                table_close(relation, AccessShareLock);
            });
            catalog->truncate(item.count, changed);
        } else if (!item.written.empty() &&
                   (is_own ? places.reads_table(item.table) : is_read(item.table, sides.scope))) {
            return false;
        }
    }
    return true;
}

bool KeptSides::catch_up(const Moment &now) {
    const auto pages = written_since(moment, now, most_pages);
    std::vector<Subject> changed;
    if (!pages || !find_changes(*pages, changed)) {
        return false;
    }
    if (!changed.empty()) {
        auto tables = tables_to_read(changed, {tables_, places, sides.namespaces});
        if (!tables || !read_tables(std::move(*tables))) {
            return false;
        }
    }
    moment = now;
#ifdef SCHEMA_AUDIT_DEBUG
    ++times_caught_up;
#endif
    return true;
}

bool KeptSides::read_tables(std::vector<Oid> tables) {
    for (int round = 0; round < most_rounds; ++round) {
        sort_out(tables);
        if (tables.size() > most_tables) {
            return false;
        }
        Schema part;
        lend_lists(sides.live, part);
        read_live_tables(part, sides.pool, sides.namespaces, sides.scope, tables, {sides.live, tables_});
        std::vector<Oid> more;
        if (is_torn(part) || !allows(part, tables, more)) {
            return false;
        }
        std::erase_if(more, [&](Oid oid) {
            return tables_.get(oid) == IdMap::absent || std::ranges::binary_search(tables, oid);
        });
        if (!more.empty()) {
            take_back_lists(sides.live, part);
            tables.insert(tables.end(), more.begin(), more.end());
            continue;
        }
        forget_alike(part, tables);
        std::vector<Oid> gone;
        std::ranges::copy_if(tables, std::back_inserter(gone), [&](Oid oid) {
            return std::ranges::find(part.tables, oid, &Table::live_id) == part.tables.end();
        });
        if (patch_tables(sides.live, part, gone)) {
            version_ = next_version();
            number_tables();
        }
        bytes_at_first_ = bytes_at_first_ == 0 ? bytes() : bytes_at_first_;
        return bytes() <= bytes_at_first_ + bytes_at_first_ / 2;  // what is replaced leaves texts and lists behind
    }
    return false;
}

std::vector<bool> *KeptSides::alike(const AuditFilter &filter, const AuditOptions &options) {
    std::string by = options.require_database_defaults ? "defaults " : " ";
    by += options.column_order ? "order " : " ";
    if (filter.models) {
        for (const std::string &model : *filter.models) {
            by += std::to_string(model.size()) + " " + model;
        }
    } else {
        by += "all";
    }
    if (by != alike_by_ || alike_.size() != sides.model.tables.size()) {
        alike_.assign(sides.model.tables.size(), false);
        alike_by_ = std::move(by);
    }
    return &alike_;
}

// By the names that they had and have.
void KeptSides::forget_alike(const Schema &part, const std::vector<Oid> &tables) {
    PairMap names;
    const auto add = [&](const Table &table) { names.set(pair_of(table.schema, table.name), 0); };
    std::ranges::for_each(part.tables, add);
    for (const Oid oid : tables) {
        if (const std::uint32_t place = tables_.get(oid); place != IdMap::absent) {
            add(sides.live.tables[place]);
        }
    }
    for (std::size_t i = 0; i < alike_.size(); ++i) {
        const Table &table = sides.model.tables[i];
        alike_[i] = alike_[i] && names.get(pair_of(table.schema, table.name)) == PairMap::absent;
    }
}

// Whether what is kept beside the tables would be read as it is; `more` are tables to read as well.
bool KeptSides::allows(const Schema &part, const std::vector<Oid> &tables, std::vector<Oid> &more) const {
    for (const Oid oid : tables) {
        const std::uint32_t place = tables_.get(oid);
        const auto found = std::ranges::find(part.tables, oid, &Table::live_id);
        const Table *before = place == IdMap::absent ? nullptr : &sides.live.tables[place];
        const Table *after = found == part.tables.end() ? nullptr : &*found;
        if (!allows_change(part, before, after, more)) {
            return false;
        }
    }
    return true;
}

bool KeptSides::allows_change(const Schema &part, const Table *before, const Table *after,
                              std::vector<Oid> &more) const {
    if ((before == nullptr && after == nullptr) ||
        (before != nullptr && after != nullptr && same_table(part, sides.live, *before, part, *after))) {
        return true;
    }
    const bool same_identity = before != nullptr && after != nullptr && before->schema == after->schema &&
                               before->name == after->name && before->kind == after->kind;
    if ((!same_identity && sides.asks_server) || enums_of(sides.live, before) != enums_of(part, after)) {
        return false;
    }
    const auto old_columns = before == nullptr ? std::span<const Column>() : sides.live.columns_of(*before);
    const auto new_columns = after == nullptr ? std::span<const Column>() : part.columns_of(*after);
    const bool same_names = same_identity && std::ranges::all_of(old_columns, [&](const Column &old) {
                                const auto found = std::ranges::find(new_columns, old.position, &Column::position);
                                return found != new_columns.end() && found->name == old.name &&
                                       found->type == old.type && found->collation == old.collation;
                            });
    if (before != nullptr && !allows_objects(part, *before, after, same_names)) {
        return false;
    }
    if (same_names && old_columns.size() == new_columns.size()) {
        return true;
    }
    const Dependents dependents = dependents_of(before == nullptr ? after->live_id : before->live_id, same_names);
    more.insert(more.end(), dependents.tables.begin(), dependents.tables.end());
    return !dependents.others;
}

// Objects on a table name it and its columns; a sequence depends on what its column is.
bool KeptSides::allows_objects(const Schema &part, const Table &before, const Table *after, bool same_names) const {
    for (const SchemaObject &object : sides.live.objects) {
        if (object.table != before.name || object.schema != before.schema) {
            continue;
        }
        if (object.kind != ObjectKind::sequence || after == nullptr || after->name != before.name ||
            after->schema != before.schema) {
            if (!same_names) {
                return false;
            }
            continue;
        }
        constexpr AttributeId owned_by = attribute(ObjectKind::sequence, "owned_by");
        TextId name = TextId::none;
        for (const Attribute &item : part.view(object.attributes)) {
            name = item.id == owned_by ? item.value : name;
        }
        const Column *old_column = sides.live.column(before, name);
        const Column *new_column = part.column(*after, name);
        if (old_column == nullptr || new_column == nullptr || !same_column(part, *old_column, *new_column)) {
            return false;
        }
    }
    return true;
}

// The enums that the table's columns use. Those that no column uses any more are not among what is read.
std::vector<TextId> KeptSides::enums_of(const Schema &schema, const Table *table) const {
    std::vector<TextId> result;
    if (table != nullptr) {
        for (const Column &column : schema.columns_of(*table)) {
            const auto uses = [&](const EnumType &type) { return type.type == column.type; };
            if (std::ranges::any_of(schema.enums, uses) || std::ranges::any_of(sides.live.enums, uses)) {
                result.push_back(column.type);
            }
        }
    }
    std::ranges::sort(result);
    const auto rest = std::ranges::unique(result);
    result.erase(rest.begin(), rest.end());
    return result;
}

std::string present_reading() {
    const Oid role = server_call([] { return GetUserId(); });
    const char *language = server_call([] { return GetConfigOption("lc_messages", true, false); });
    // What the server says of unreadable models.
    return std::to_string(role) + " " + (language == nullptr ? "" : language);
}

KeptSides *kept_sides(const std::string &reading) {
    std::unique_ptr<KeptSides> kept = std::move(kept_now());
    if (kept == nullptr) {
        return nullptr;
    }
    const auto now = this_moment();
    if (!now) {
        kept_now() = std::move(kept);  // for later
        return nullptr;
    }
    // What fails half-way is lost.
    if (kept->reading() != reading || !kept->catch_up(*now)) {
        return nullptr;
    }
    kept_now() = std::move(kept);
    return kept_now().get();
}

KeptSides *keep(std::unique_ptr<KeptSides> kept) {
    if (kept->bytes() > settings::kept_bytes()) {
        return nullptr;
    }
    kept->number_tables();
    kept_now() = std::move(kept);
    return kept_now().get();
}

}  // namespace schema_audit::server

#ifdef SCHEMA_AUDIT_DEBUG
SCHEMA_AUDIT_FUNCTION(schema_audit_debug_caught_up) { PG_RETURN_INT64(schema_audit::server::times_caught_up); }
#endif
