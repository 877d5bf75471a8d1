#include "core/guard/locks.hpp"

#include <algorithm>
#include <initializer_list>

namespace schema_audit::guard {
namespace {

using Requests = std::vector<LockRequest>;

void add(Requests &requests, const RelationName &relation, LockMode mode, bool with_partitions = true) {
    if (mode == LockMode::none) {
        return;
    }
    const auto known = std::ranges::find(requests, relation, &LockRequest::relation);
    if (known == requests.end()) {
        requests.push_back({relation, mode, with_partitions});
    } else {
        known->mode = std::max(known->mode, mode);
    }
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

struct AddStep {
    Requests &requests;
    const RelationName &table;

    void operator()(const OtherStep &step) const { add(requests, table, static_cast<LockMode>(step.lock)); }
    void operator()(const ValidateConstraint & /*step*/) const {
        add(requests, table, LockMode::share_update_exclusive);
    }
    void operator()(const ToggleTrigger & /*step*/) const { add(requests, table, LockMode::share_row_exclusive); }
    void operator()(const AddConstraint &step) const {
        if (step.sort == ConstraintSort::foreign_key) {
            add(requests, table, LockMode::share_row_exclusive);
            add(requests, step.referenced, LockMode::share_row_exclusive);
        } else {
            add(requests, table, LockMode::access_exclusive);
        }
    }
    void operator()(const AddColumn &step) const {
        add(requests, table, LockMode::access_exclusive);
        if (step.references) {
            add(requests, *step.references, LockMode::share_row_exclusive);
        }
    }
    void operator()(const AttachPartition &step) const {
        add(requests, table, LockMode::share_update_exclusive, false);
        add(requests, step.partition, LockMode::access_exclusive);
    }
    void operator()(const DetachPartition &step) const {
        const bool gently = step.concurrently || step.finalize;
        add(requests, table, gently ? LockMode::share_update_exclusive : LockMode::access_exclusive, false);
        add(requests, step.partition, LockMode::access_exclusive);
    }
    template <class Other>
    void operator()(const Other & /*step*/) const {
        add(requests, table, LockMode::access_exclusive);
    }
};

void add_requests(const AlterTable &statement, Requests &requests) {
    if (!one_of(statement.object_type, {"TABLE", "FOREIGN TABLE", "MATERIALIZED VIEW", "INDEX"})) {
        return;
    }
    for (const TableStep &step : statement.steps) {
        std::visit(AddStep{requests, statement.table}, step);
    }
}
void add_requests(const CreateTable &statement, Requests &requests) {
    if (statement.partition_of) {
        add(requests, *statement.partition_of, LockMode::access_exclusive, false);
    }
    for (const ForeignKey &key : statement.foreign_keys) {
        add(requests, key.referenced, LockMode::share_row_exclusive);
    }
}
void add_requests(const CreateIndex &statement, Requests &requests) {
    add(requests, statement.table, statement.concurrently ? LockMode::share_update_exclusive : LockMode::share,
        !statement.only);
}
void add_requests(const DropObjects &statement, Requests &requests) {
    if (!one_of(statement.object_type,
                {"TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW", "INDEX", "TRIGGER", "POLICY", "RULE"})) {
        return;
    }
    for (const RelationName &name : statement.names) {
        add(requests, name, statement.concurrently ? LockMode::share_update_exclusive : LockMode::access_exclusive);
    }
}
void add_requests(const Rename &statement, Requests &requests) {
    if (one_of(statement.object_type,
               {"TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW", "COLUMN", "TRIGGER", "POLICY", "RULE"})) {
        add(requests, statement.object, LockMode::access_exclusive);
    } else if (statement.object_type == "INDEX") {
        add(requests, statement.object, LockMode::share_update_exclusive, false);
    }
}
void add_requests(const SetSchema &statement, Requests &requests) {
    if (one_of(statement.object_type, {"TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW"})) {
        add(requests, statement.object, LockMode::access_exclusive, false);
    }
}
void add_requests(const Reindex &statement, Requests &requests) {
    const LockMode mode = statement.object_type == "INDEX"   ? LockMode::access_exclusive
                          : statement.object_type == "TABLE" ? LockMode::share
                                                             : LockMode::none;
    add(requests, statement.object, statement.concurrently ? std::min(mode, LockMode::share_update_exclusive) : mode);
}
void add_requests(const CreateTrigger &statement, Requests &requests) {
    add(requests, statement.table, LockMode::share_row_exclusive);
}
void add_requests(const CreatePolicy &statement, Requests &requests) {
    add(requests, statement.table, LockMode::access_exclusive, false);
}
void add_requests(const CreateView &statement, Requests &requests) {
    if (statement.replace && !statement.temporary) {
        add(requests, statement.view, LockMode::access_exclusive);
    }
}
void add_requests(const CreateRule &statement, Requests &requests) {
    add(requests, statement.table, LockMode::access_exclusive, false);
}
void add_requests(const RefreshMaterializedView &statement, Requests &requests) {
    add(requests, statement.view, statement.concurrently ? LockMode::exclusive : LockMode::access_exclusive);
}
void add_requests(const Truncate &statement, Requests &requests) {
    for (const RelationName &name : statement.tables) {
        add(requests, name, LockMode::access_exclusive);
    }
}
// NOWAIT: nobody waits behind it.
void add_requests(const LockTable &statement, Requests &requests) {
    for (const RelationName &name : statement.tables) {
        add(requests, name, statement.nowait ? LockMode::none : lock_mode_from(statement.mode));
    }
}
void add_requests(const RewriteTable &statement, Requests &requests) {
    for (const RelationName &name : statement.tables) {
        add(requests, name, LockMode::access_exclusive);
    }
}
template <class Other>
void add_requests(const Other & /*statement*/, Requests & /*requests*/) {}

}  // namespace

std::string_view text_of(LockMode mode) noexcept {
    switch (mode) {
        case LockMode::share_update_exclusive:
            return "SHARE UPDATE EXCLUSIVE";
        case LockMode::share:
            return "SHARE";
        case LockMode::share_row_exclusive:
            return "SHARE ROW EXCLUSIVE";
        case LockMode::exclusive:
            return "EXCLUSIVE";
        case LockMode::access_exclusive:
            return "ACCESS EXCLUSIVE";
        default:
            return "no";
    }
}

LockMode lock_mode_from(std::string_view text) noexcept {
    for (const LockMode mode : {LockMode::share_update_exclusive, LockMode::share, LockMode::share_row_exclusive,
                                LockMode::exclusive, LockMode::access_exclusive}) {
        if (text_of(mode) == text) {
            return mode;
        }
    }
    return LockMode::none;
}

std::vector<LockRequest> lock_requests(const DdlStatement &statement) {
    Requests requests;
    std::visit([&](const auto &known) { add_requests(known, requests); }, statement);
    return requests;
}

LockMode strongest_lock(const DdlStatement &statement) {
    LockMode mode = LockMode::none;
    for (const LockRequest &request : lock_requests(statement)) {
        mode = std::max(mode, request.mode);
    }
    return mode;
}

}  // namespace schema_audit::guard
