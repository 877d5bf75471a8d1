#include "server/row_places.hpp"

namespace schema_audit::server {
namespace {

template <class Row>
const Row &row_of(HeapTuple tuple) {
    return *reinterpret_cast<const Row *>(GETSTRUCT(tuple));
}

Subject relation(Oid oid) noexcept { return {About::relation, oid}; }

Subject of_constraint(HeapTuple tuple) {
    const auto &row = row_of<FormData_pg_constraint>(tuple);
    return OidIsValid(row.conrelid) ? relation(row.conrelid) : Subject{About::everything};  // of a domain
}

// Those that the server makes for foreign keys nobody reads.
Subject of_trigger(HeapTuple tuple) {
    return {row_of<FormData_pg_trigger>(tuple).tgisinternal ? About::nothing : About::everything};
}

template <class Row>
Subject of_description(HeapTuple tuple) {
    const auto &row = row_of<Row>(tuple);
    return row.classoid == RelationRelationId     ? relation(row.objoid)
           : row.classoid == ConstraintRelationId ? Subject{About::constraint, row.objoid}
                                                  : Subject{About::everything};
}

// Row types come and go with their relations, array types with their element types.
Subject of_type(HeapTuple tuple) {
    const auto &row = row_of<FormData_pg_type>(tuple);
    if (row.typtype == TYPTYPE_COMPOSITE) {
        return relation(row.typrelid);
    }
    const bool is_array = row.typcategory == TYPCATEGORY_ARRAY && OidIsValid(row.typelem) && row.typlen == -1;
    return is_array ? Subject{About::array_of, row.typelem} : Subject{About::everything};
}

// What readers ask of it: who owns a sequence, what belongs to an extension, to a type, to an operator class.
Subject of_dependency(HeapTuple tuple) {
    const auto &row = row_of<FormData_pg_depend>(tuple);
    if (row.deptype == DEPENDENCY_EXTENSION || row.deptype == DEPENDENCY_AUTO_EXTENSION ||
        row.refclassid == OperatorClassRelationId ||
        (row.classid == ProcedureRelationId && row.deptype == DEPENDENCY_INTERNAL)) {
        return {About::everything};
    }
    const bool owns = row.classid == RelationRelationId && row.refclassid == RelationRelationId && row.refobjsubid > 0;
    return {owns ? About::owned : About::nothing, row.objid};
}

RowPlaces::Catalog::SubjectOf subject_function(Oid catalog) noexcept {
    switch (catalog) {
        case RelationRelationId:
            return [](HeapTuple tuple) { return relation(row_of<FormData_pg_class>(tuple).oid); };
        case AttributeRelationId:
            return [](HeapTuple tuple) { return relation(row_of<FormData_pg_attribute>(tuple).attrelid); };
        case AttrDefaultRelationId:
            return [](HeapTuple tuple) { return relation(row_of<FormData_pg_attrdef>(tuple).adrelid); };
        case IndexRelationId:
            return [](HeapTuple tuple) { return relation(row_of<FormData_pg_index>(tuple).indrelid); };
        case InheritsRelationId:
            return [](HeapTuple tuple) { return relation(row_of<FormData_pg_inherits>(tuple).inhrelid); };
        case PartitionedRelationId:
            return [](HeapTuple tuple) { return relation(row_of<FormData_pg_partitioned_table>(tuple).partrelid); };
        case ConstraintRelationId:
            return of_constraint;
        case TriggerRelationId:
            return of_trigger;
        case DescriptionRelationId:
            return of_description<FormData_pg_description>;
        case SecLabelRelationId:
            return of_description<FormData_pg_seclabel>;
        case TypeRelationId:
            return of_type;
        case DependRelationId:
            return of_dependency;
        default:
            return nullptr;
    }
}

}  // namespace

void RowPlaces::Catalog::add(std::vector<Rows> &rows, std::size_t first, Subject subject) {
    constexpr std::uint16_t most = 0xFFFF;
    if (subject.about == About::nothing) {
        return;
    }
    if (rows.size() > first && rows.back().oid == subject.oid && rows.back().about == subject.about &&
        rows.back().count < most) {
        ++rows.back().count;
    } else {
        rows.push_back({subject.oid, 1, subject.about});
    }
}

std::span<const RowPlaces::Rows> RowPlaces::Catalog::rows_of(BlockNumber block) const noexcept {
    if (const auto found = std::ranges::find(newer_, block, &Newer::block); found != newer_.end()) {
        return found->rows;
    }
    if (block >= first_.size()) {
        return {};
    }
    const std::size_t last = block + 1 < first_.size() ? first_[block + 1] : rows_.size();
    return std::span(rows_).subspan(first_[block], last - first_[block]);
}

// By the rows that were just seen.
void RowPlaces::Catalog::replace(BlockNumber block) {
    auto found = std::ranges::find(newer_, block, &Newer::block);
    if (found == newer_.end()) {
        newer_.push_back({block, {}});
        found = newer_.end() - 1;
    }
    found->rows.clear();
    for (const auto &[subject, old] : seen_) {
        add(found->rows, 0, subject);
    }
}

// A row that both snapshots show is the same row: to change one is to write another. (But for what VACUUM and CREATE
// INDEX write into rows of pg_class where they stand, sizes and the like, which no audit reads.)
void RowPlaces::Catalog::look_again(Relation relation, BlockNumber block, Snapshot now, const Running &then,
                                    std::vector<Subject> &changed) {
    seen_.clear();
    const Buffer buffer = ReadBuffer(relation, block);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    const Page page = BufferGetPage(buffer);
    const OffsetNumber last = PageGetMaxOffsetNumber(page);
    for (OffsetNumber offset = FirstOffsetNumber; offset <= last; ++offset) {
        const ItemId item = PageGetItemId(page, offset);
        if (!ItemIdIsNormal(item)) {
            continue;
        }
        HeapTupleData tuple;
        tuple.t_data = reinterpret_cast<HeapTupleHeader>(PageGetItem(page, item));
        tuple.t_len = ItemIdGetLength(item);
        tuple.t_tableOid = RelationGetRelid(relation);
        ItemPointerSet(&tuple.t_self, block, offset);
        if (HeapTupleSatisfiesVisibility(&tuple, now, buffer)) {
            seen_.emplace_back(subject_of_(&tuple), !is_running(then, HeapTupleHeaderGetRawXmin(tuple.t_data)));
        }
    }
    UnlockReleaseBuffer(buffer);
    for (const auto &[subject, old] : seen_) {
        if (!old && subject.about != About::nothing) {
            changed.push_back(subject);
        }
    }
    for (const Rows &rows : rows_of(block)) {
        const Subject subject{rows.about, rows.oid};
        std::size_t before = 0;
        for (const Rows &other : rows_of(block)) {
            before += Subject{other.about, other.oid} == subject ? other.count : 0;
        }
        const auto still =
            std::ranges::count_if(seen_, [&](const auto &item) { return item.first == subject && item.second; });
        if (static_cast<std::size_t>(still) != before) {
            changed.push_back(subject);
        }
    }
    // What both show and was not taken down: nothing may go unseen.
    for (const auto &[subject, old] : seen_) {
        const auto taken_down = [&](const Rows &rows) {
            return rows.about == subject.about && rows.oid == subject.oid;
        };
        if (subject.about != About::nothing && std::ranges::none_of(rows_of(block), taken_down)) {
            changed.push_back(subject);
        }
    }
    replace(block);
}

void RowPlaces::Catalog::truncate(BlockNumber blocks, std::vector<Subject> &changed) {
    std::size_t known = first_.size();
    for (const Newer &newer : newer_) {
        known = std::max<std::size_t>(known, std::size_t{newer.block} + 1);
    }
    seen_.clear();
    for (std::size_t block = blocks; block < known; ++block) {
        const auto at = static_cast<BlockNumber>(block);
        if (const auto rows = rows_of(at); !rows.empty()) {
            for (const Rows &item : rows) {
                changed.push_back({item.about, item.oid});
            }
            replace(at);
        }
    }
}

std::size_t RowPlaces::Catalog::bytes() const noexcept {
    std::size_t result = rows_.capacity() * sizeof(Rows) + first_.capacity() * sizeof(std::uint32_t);
    for (const Newer &newer : newer_) {
        result += sizeof newer + newer.rows.capacity() * sizeof(Rows);
    }
    return result;
}

RowPlaces::Catalog *RowPlaces::begin(Oid catalog) {
    const Catalog::SubjectOf function = subject_function(catalog);
    if (function == nullptr || find(catalog) != nullptr) {
        return nullptr;
    }
    catalogs_.reserve(16);  // pointers to them last
    return &catalogs_.emplace_back(catalog, function);
}

RowPlaces::Catalog *RowPlaces::find(Oid catalog) noexcept {
    const auto found = std::ranges::find(catalogs_, catalog, &Catalog::oid);
    return found == catalogs_.end() ? nullptr : &*found;
}

std::size_t RowPlaces::bytes() const noexcept {
    std::size_t result = relations_.capacity() * sizeof(Oid);
    for (const Catalog &catalog : catalogs_) {
        result += catalog.bytes();
    }
    return result;
}

}  // namespace schema_audit::server
