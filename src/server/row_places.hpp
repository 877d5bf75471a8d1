// Where the rows of the large catalogs lie, and what they are about: so that of a page that was written since, only
// what its changed rows are about has to be read again.
#pragma once

#include "server/unchanged.hpp"

namespace schema_audit::server {

// What depends on a row of a catalog.
enum class About : std::uint8_t {
    nothing,
    relation,  // the relation of that OID
    owned,     // the same, if it is a sequence: what owns a relation
    array_of,  // columns of the array type of the type of that OID
    constraint,
    everything  // or something that nobody tells apart
};
struct Subject {
    About about = About::nothing;
    Oid oid = InvalidOid;
    bool operator==(const Subject &) const = default;
};

class RowPlaces {
public:
    // The rows about one subject on one page, as one snapshot shows them.
    struct Rows {
        Oid oid;
        std::uint16_t count;
        About about;
    };
    class Catalog {
    public:
        // What a row of the catalog is about; null for a catalog of which nobody takes notes.
        using SubjectOf = Subject (*)(HeapTuple);
        Catalog(Oid catalog, SubjectOf subject_of) : oid(catalog), subject_of_(subject_of) {}
        // Rows come in the order of their pages. Never ereports.
        void note(HeapTuple tuple) {
            const BlockNumber block = ItemPointerGetBlockNumber(&tuple->t_self);
            if (first_.size() <= block) {
                first_.resize(std::size_t{block} + 1, static_cast<std::uint32_t>(rows_.size()));
            }
            add(rows_, first_.back(), subject_of_(tuple));
        }
        // Adds what the rows are about that one of the two snapshots shows and the other does not, and takes down what
        // is there now. Server function, without objects of its own.
        void look_again(Relation relation, BlockNumber block, Snapshot now, const Running &then,
                        std::vector<Subject> &changed);
        // Pages from there on are gone.
        void truncate(BlockNumber blocks, std::vector<Subject> &changed);
        [[nodiscard]] std::size_t bytes() const noexcept;

        Oid oid;

    private:
        struct Newer {
            BlockNumber block;
            std::vector<Rows> rows;
        };
        static void add(std::vector<Rows> &rows, std::size_t first, Subject subject);
        [[nodiscard]] std::span<const Rows> rows_of(BlockNumber block) const noexcept;
        void replace(BlockNumber block);

        SubjectOf subject_of_;
        std::vector<Rows> rows_;
        std::vector<std::uint32_t> first_;  // of each page, index into rows_
        std::vector<Newer> newer_;          // of pages that were read again
        BlockNumber end_ = InvalidBlockNumber;
        std::vector<std::pair<Subject, bool>> seen_;  // scratch: with whether the older snapshot showed it
    };

    // To take notes of the first scan of a catalog; null when there is nothing to take down.
    Catalog *begin(Oid catalog);
    [[nodiscard]] Catalog *find(Oid catalog) noexcept;
    [[nodiscard]] bool reads_table(Oid table) const noexcept {
        return std::ranges::find(tables_, table) != tables_.end();
    }
    void note_table(Oid table) { tables_.push_back(table); }
    // Sequences, views and composite types of the schemas that are read.
    [[nodiscard]] bool reads_relation(Oid relation) const noexcept {
        return std::ranges::find(relations_, relation) != relations_.end();
    }
    void note_relation(Oid relation) { relations_.push_back(relation); }
    [[nodiscard]] std::size_t bytes() const noexcept;

private:
    std::vector<Catalog> catalogs_;
    std::vector<Oid> tables_;  // of the extension
    std::vector<Oid> relations_;
};

// Scans within its life take down what they meet.
class Recording {
public:
    explicit Recording(RowPlaces *places) noexcept : before_(std::exchange(current_, places)) {}
    ~Recording() { current_ = before_; }
    Recording(const Recording &) = delete;
    Recording &operator=(const Recording &) = delete;

    // Null outside of one, and for catalogs of which nothing is taken down.
    static RowPlaces::Catalog *begin(Oid catalog) { return current_ == nullptr ? nullptr : current_->begin(catalog); }
    static void note_table(Oid table) {
        if (current_ != nullptr) {
            current_->note_table(table);
        }
    }
    static void note_relation(Oid relation) {
        if (current_ != nullptr) {
            current_->note_relation(relation);
        }
    }

private:
    static inline RowPlaces *current_ = nullptr;
    RowPlaces *before_;
};

}  // namespace schema_audit::server
