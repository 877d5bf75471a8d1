// What a session has read for an audit, kept for the next one: of what other sessions changed meanwhile only the
// tables concerned are read again.
//
// Why that is right. Whatever changes a catalog writes a page of it (unchanged.hpp). Of the catalogs that say
// something about single tables it is known which rows the last snapshot showed on each page (row_places.hpp): those
// that came or went name the tables to read again. Anything else that was written (types, functions, views, schemas,
// extensions, models …) makes the session read everything; so does a change of a table that others name, other than
// by foreign keys. What is kept then is what a fresh session would read, and it is compared as a whole.
#pragma once

#include "server/audit_sides.hpp"
#include "server/row_places.hpp"

namespace schema_audit::server {

class KeptSides {
public:
    explicit KeptSides(std::string reading);

    Sides sides;
    RowPlaces places;
    Moment moment;

    // Brings everything up to the state that the active snapshot shows. False: it cannot, and is of no more use.
    bool catch_up(const Moment &now);
    // Another number, another state.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }
    [[nodiscard]] const std::string &reading() const noexcept { return reading_; }
    // Tables found alike before, to be told from those of other selected models and options.
    std::vector<bool> *alike(const AuditFilter &filter, const AuditOptions &options);
    void number_tables();
    [[nodiscard]] std::size_t bytes() const noexcept;

private:
    bool find_changes(const std::vector<WrittenPages> &pages, std::vector<Subject> &changed);
    bool read_tables(std::vector<Oid> tables);
    void forget_alike(const Schema &part, const std::vector<Oid> &tables);
    bool allows(const Schema &part, const std::vector<Oid> &tables, std::vector<Oid> &more) const;
    bool allows_change(const Schema &part, const Table *before, const Table *after, std::vector<Oid> &more) const;
    [[nodiscard]] bool allows_objects(const Schema &part, const Table &before, const Table *after,
                                      bool same_names) const;
    [[nodiscard]] std::vector<TextId> enums_of(const Schema &schema, const Table *table) const;

    std::string reading_;  // what reading depends on beside catalogs and own tables
    IdMap tables_;         // by OID
    std::vector<bool> alike_;
    std::string alike_by_;
    std::uint64_t version_;
    std::size_t bytes_at_first_ = 0;
};

// The role, its language, and what else changes what is read.
std::string present_reading();

// What this session kept, up to date; null when there is nothing, or it was of no more use.
KeptSides *kept_sides(const std::string &reading);
// What was read since `kept` was made is kept, if it is not too much.
KeptSides *keep(std::unique_ptr<KeptSides> kept);

}  // namespace schema_audit::server
