// What a statement of a rehearsal has done, as the server knows it: locks, new files, rows read, WAL.
#pragma once

#include "core/guard/rehearsal.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// A relation that was there before the rehearsal, under the name that it had then: that is what others wait for.
struct OldRelation {
    std::string name;  // as SQL names it
    char kind = '\0';
    Oid file = InvalidOid;
    Oid tablespace = InvalidOid;
};

// To be made and used in the rehearsal's subtransaction.
class EffectMeter {
public:
    EffectMeter();
    void begin();
    guard::StatementEffects end();

    // Relations that were there before and that this transaction holds so strongly that it may have changed them.
    [[nodiscard]] std::vector<Oid> held_strongly() const;
    // Null: made by the script, temporary, or no business of other sessions.
    const OldRelation *old_relation(Oid relation);

private:
    struct Held {
        Oid relation;
        LOCKMASK modes;
    };
    static std::vector<Held> read_held();
    void count_all_tables();
    std::int64_t newly_read(const std::vector<Held> &held);
    void tell_locks(const std::vector<Held> &held, guard::StatementEffects &effects);
    void tell_rewrites(const std::vector<Held> &held, guard::StatementEffects &effects);

    CommandId start_;
    std::unordered_map<Oid, std::optional<OldRelation>> known_;
    std::unordered_map<Oid, std::int64_t> rows_;  // read by this session, as far as it has not told the statistics yet
    std::vector<Held> held_;                      // sorted
    std::uint64_t wal_ = 0;
    std::int64_t clock_ = 0;
};

}  // namespace schema_audit::server
