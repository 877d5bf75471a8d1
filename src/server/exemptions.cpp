#include "server/exemptions.hpp"

#include "core/guard/policy.hpp"

#include "server/call.hpp"
#include "server/own_query.hpp"
#include "server/policy.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

// Only a row that asks for less than the rule's default lets anything pass.
bool is_exemption(const guard::RuleSetting &setting) {
    const Rule *rule = find_rule(setting.rule);
    const Action otherwise = rule != nullptr ? rule->action : Action::reject;
    // What is off leaves nothing in the log: nobody can tell whether it is used.
    return setting.action != Action::none && setting.action < otherwise;
}

std::string utc_text(std::int64_t time) {
    const char *text = server_call([=] {
        const int level = NewGUCNestLevel();
        set_config_option("timezone", "UTC", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
        set_config_option("datestyle", "ISO", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
        const char *printed = timestamptz_to_str(time);
        AtEOXact_GUC(true, level);
        return printed;
    });
    return text;
}

// The log tells of use from its first row on, as long as the guard stands as it is, and the row of the setting.
constexpr const char *unused_query =
    "SELECT r.id, extract(epoch FROM x.since)::bigint FROM unnest($1) AS a (id) "
    "JOIN schema_audit.rule_setting AS r ON r.id = a.id CROSS JOIN schema_audit.guard AS g CROSS JOIN LATERAL (SELECT "
    "greatest(r.created_at, g.enabled_at, (SELECT l.at FROM schema_audit.ddl_log AS l ORDER BY l.id LIMIT 1))) AS x "
    "(since) WHERE g.mode <> 'off' AND EXISTS (SELECT FROM schema_audit.ddl_log) AND x.since < pg_catalog.now() - "
    "interval '30 days' AND NOT EXISTS (SELECT FROM schema_audit.ddl_log AS l WHERE l.setting_id = r.id) AND EXISTS "
    "(SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'schema_audit_guard_start' AND evtenabled = 'A')";

void find_unused(std::vector<Exemption> &exemptions, const std::string &ids) {
    const bool readable = server_call([] {
        return may_read_now("ddl_log") && may_read_now("rule_setting") && may_read_now("guard") && log_has_rows();
    });
    if (!readable) {
        return;
    }
    const char *array = ids.c_str();
    const QueryRows rows = server_call([=] { return select_rows(unused_query, INT8ARRAYOID, array); });
    for (int i = 0; i < rows.count; ++i) {
        const std::int64_t id = std::strtoll(rows.row(i)[0], nullptr, 10);
        const std::int64_t since = std::strtoll(rows.row(i)[1], nullptr, 10);
        const auto found = std::ranges::find(exemptions, id, &Exemption::id);
        if (found != exemptions.end()) {
            constexpr std::int64_t epoch_seconds = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
            found->unused_since = utc_text((since - epoch_seconds) * USECS_PER_SEC);
        }
    }
}

}  // namespace

std::vector<Exemption> read_exemptions() {
    std::vector<Exemption> exemptions;
    std::string asked;
    const std::int64_t now = GetCurrentTimestamp();
    for (const guard::RuleSetting &setting : current_policy().settings) {
        Exemption item{setting.id, guard::describe(setting), setting.reason, {}, {}};
        if (setting.expires_at && *setting.expires_at <= now) {
            item.expired_at = utc_text(*setting.expires_at);
        } else if (is_exemption(setting)) {
            asked += (asked.empty() ? "{" : ",") + std::to_string(setting.id);
        } else {
            continue;
        }
        exemptions.push_back(std::move(item));
    }
    if (!asked.empty()) {
        find_unused(exemptions, asked + "}");
    }
    std::erase_if(exemptions,
                  [](const Exemption &item) { return item.expired_at.empty() && item.unused_since.empty(); });
    std::ranges::sort(exemptions, {}, &Exemption::id);
    return exemptions;
}

}  // namespace schema_audit::server
