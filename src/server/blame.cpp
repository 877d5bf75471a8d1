#include "server/blame.hpp"

#include "core/error.hpp"
#include "core/guard/blame.hpp"
#include "core/text/format.hpp"

#include "server/entry.hpp"
#include "server/own_query.hpp"
#include "server/result_rows.hpp"

namespace schema_audit::server {
namespace {

using guard::LoggedStatement;
using guard::Suspect;

constexpr int most_renames = 8;  // followed back

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> items;
    for (std::size_t end = text.find('\1'); end != std::string_view::npos; end = text.find('\1')) {
        items.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    items.emplace_back(text);
    return items;
}

std::int64_t number(const char *text) { return text != nullptr ? std::strtoll(text, nullptr, 10) : 0; }

std::vector<LoggedStatement> read_log(const std::vector<std::string> &keys, bool rejected) {
    // Creators alone are asked for what they say.
    std::string sql =
        "SELECT id, (extract(epoch FROM at) * 1000000)::bigint, array_to_string(objects, E'\\x01'), "
        "array_to_string(changes, E'\\x01'), CASE WHEN changes && '{created,attached}' THEN statement END, "
        "transaction_id, subtransaction_id "
        "FROM schema_audit.ddl_log WHERE objects && $1 ";
    sql += rejected ? "" : "AND decision <> 'rejected' ";
    sql += "ORDER BY id DESC";
    const std::string parameter = array_text(keys);
    const char *query = sql.c_str();
    const char *array = parameter.c_str();
    const QueryRows rows = server_call([=] { return select_rows(query, TEXTARRAYOID, array); });
    std::vector<LoggedStatement> result;
    for (int i = 0; i < rows.count; ++i) {
        const char *const *row = rows.items + static_cast<std::ptrdiff_t>(i) * rows.columns;
        LoggedStatement item{number(row[0]),
                             number(row[1]),
                             split(row[2] != nullptr ? row[2] : ""),
                             split(row[3] != nullptr ? row[3] : ""),
                             row[4] != nullptr ? row[4] : "",
                             static_cast<std::uint32_t>(number(row[5])),
                             static_cast<std::uint32_t>(number(row[6]))};
        if (item.objects.size() == item.changes.size()) {
            result.push_back(std::move(item));
        }
    }
    return result;
}

// The rows of each name, in the order of the log.
class History {
public:
    explicit History(std::vector<LoggedStatement> rows) : rows_(std::move(rows)) {
        for (const LoggedStatement &row : rows_) {
            for (const std::string &object : row.objects) {
                std::vector<const LoggedStatement *> &list = by_object_[object];
                if (list.empty() || list.back() != &row) {
                    list.push_back(&row);
                }
            }
        }
    }
    [[nodiscard]] std::vector<const LoggedStatement *> about(const Suspect &suspect) const {
        std::vector<const LoggedStatement *> found;
        for (const std::string &key : suspect.keys()) {
            if (const auto list = by_object_.find(key); list != by_object_.end()) {
                found.insert(found.end(), list->second.begin(), list->second.end());
            }
        }
        std::ranges::sort(found, std::greater{}, &LoggedStatement::id);
        const auto rest = std::ranges::unique(found);
        found.erase(rest.begin(), rest.end());
        return found;
    }

private:
    std::vector<LoggedStatement> rows_;
    std::unordered_map<std::string, std::vector<const LoggedStatement *>> by_object_;
};

struct Case {
    std::size_t finding = 0;
    Suspect suspect;
    std::int64_t id = 0, at = 0;
    TransactionId transaction = 0;           // of that statement, the innermost
    std::vector<TransactionId> before = {};  // of logged statements about the object and its table
    std::vector<TransactionId> since = {};   // of that statement and of later ones about the object itself
};

std::vector<std::string> keys_of(const std::vector<Case *> &cases) {
    std::vector<std::string> keys;
    for (const Case *item : cases) {
        for (std::string &key : item->suspect.keys()) {
            keys.push_back(std::move(key));
        }
    }
    std::ranges::sort(keys);
    const auto rest = std::ranges::unique(keys);
    keys.erase(rest.begin(), rest.end());
    return keys;
}

void note_transactions(Case &item, const std::vector<const LoggedStatement *> &rows) {
    for (const LoggedStatement *row : rows) {
        const bool about_it = std::ranges::find(row->objects, item.suspect.object) != row->objects.end();
        for (const TransactionId transaction : {row->transaction, row->subtransaction}) {
            if (!TransactionIdIsNormal(transaction)) {
                continue;
            }
            if (row->id < item.id) {
                item.before.push_back(transaction);
            } else if (about_it || row->id == item.id) {
                item.since.push_back(transaction);
            }
            item.transaction = row->id == item.id ? transaction : item.transaction;
        }
    }
}

void trace_all(std::vector<Case> &cases) {
    std::vector<Case *> open;
    for (Case &item : cases) {
        open.push_back(&item);
    }
    for (int round = 0; round < most_renames && !open.empty(); ++round) {
        const History history(read_log(keys_of(open), false));
        std::vector<Case *> renamed;
        for (Case *item : open) {
            const std::vector<const LoggedStatement *> rows = history.about(item->suspect);
            guard::Trace found = guard::trace(item->suspect, rows);
            item->id = found.id;
            item->at = found.at;
            note_transactions(*item, rows);
            if (found.next) {
                item->suspect = std::move(*found.next);
                renamed.push_back(item);
            }
        }
        open = std::move(renamed);
    }
}

// What happened while nobody logged shows in the catalogs: a table that is younger than the statement is another
// one, and a column that was changed last by a transaction of which the log knows nothing that is about it may be as
// it is for another reason.
void drop_doubtful(std::vector<Case> &cases, const std::vector<Finding> &findings) {
    std::vector<std::string> asked;  // four to a case
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Finding &finding = findings[cases[i].finding];
        if (cases[i].id != 0 && !finding.table_name.empty()) {
            const std::string column = finding.object_type == "column" ? finding.object_name : std::string();
            for (const std::string &text : {std::to_string(i), finding.schema_name, finding.table_name, column}) {
                asked.push_back(text);
            }
        }
    }
    if (asked.empty()) {
        return;
    }
    const std::string parameter = array_text(asked);
    const char *array = parameter.c_str();
    // The row of a system column is as old as its table.
    const QueryRows rows = server_call([=] {
        return select_rows(
            "SELECT $1[n], b.xmin, c.xmin FROM generate_series(1, cardinality($1), 4) AS g (n) "
            "JOIN pg_catalog.pg_namespace AS s ON s.nspname = $1[n + 1] "
            "JOIN pg_catalog.pg_class AS t ON t.relnamespace = s.oid AND t.relname = $1[n + 2] "
            "JOIN pg_catalog.pg_attribute AS b ON b.attrelid = t.oid AND b.attname = 'tableoid' "
            "LEFT JOIN pg_catalog.pg_attribute AS c ON c.attrelid = t.oid AND c.attname = $1[n + 3] AND c.attnum > 0",
            TEXTARRAYOID, array);
    });
    for (int i = 0; i < rows.count; ++i) {
        const char *const *row = rows.items + static_cast<std::ptrdiff_t>(i) * rows.columns;
        Case &item = cases[static_cast<std::size_t>(number(row[0]))];
        const auto born = static_cast<TransactionId>(number(row[1]));
        const auto changed = static_cast<TransactionId>(number(row[2]));
        const auto among = [](TransactionId one, const std::vector<TransactionId> &list) {
            return std::ranges::find(list, one) != list.end();
        };
        const bool another =
            TransactionIdIsNormal(born) && TransactionIdFollows(born, item.transaction) && !among(born, item.before);
        const bool unknown = changed != 0 && !among(changed, item.since);
        if (another || unknown) {
            item.id = 0;
        }
    }
}

// A statement that is older than the model as it is may have obeyed the model as it was. It is kept where every
// version since, beginning with the one that held then, says the same of the column.
void drop_obedient(std::vector<Case> &cases, const std::vector<Finding> &findings) {
    std::vector<std::string> asked;  // six to a case
    for (const Case &item : cases) {
        if (item.id == 0 || !item.suspect.compares) {
            continue;
        }
        const Finding &finding = findings[item.finding];
        const std::string column = finding.object_type == "column" ? finding.object_name : std::string();
        for (const std::string &text : {std::to_string(item.finding), std::to_string(item.at), finding.model,
                                        finding.schema_name, finding.table_name, column}) {
            asked.push_back(text);
        }
    }
    if (asked.empty()) {
        return;
    }
    const bool history = server_call([] { return may_read_now("model_history"); });
    std::string sql =
        "WITH asked AS (SELECT $1[n]::bigint AS i, timestamptz 'epoch' + $1[n + 1]::bigint * interval '1 microsecond' "
        "AS "
        "at, $1[n + 2] AS model, $1[n + 3] AS s, $1[n + 4] AS t, $1[n + 5] AS c FROM generate_series(1, "
        "cardinality($1), 6) AS g (n)) "
        "SELECT i FROM asked AS a JOIN schema_audit.model AS m ON m.model = a.model WHERE m.registered_at < a.at";
    if (history) {
        sql +=
            " UNION ALL SELECT a.i FROM asked AS a JOIN schema_audit.model AS m ON m.model = a.model AND "
            "m.registered_at >= a.at JOIN schema_audit.model_column AS mc ON (mc.model, mc.schema_name, mc.table_name, "
            "mc.column_name) = (a.model, a.s, a.t, a.c) JOIN LATERAL (SELECT bool_or(h.registered_at < a.at) AS held, "
            "bool_and(jsonb_path_query_first(h.document, '$.tables[*] ? (@.schema_name == $s && @.table_name == "
            "$t).columns[*] ? (@.column_name == $c)', jsonb_build_object('s', a.s, 't', a.t, 'c', a.c)) - 'position' = "
            "jsonb_strip_nulls(to_jsonb(mc)) - "
            "'{model,schema_name,table_name,position}'::text[]) AS same FROM schema_audit.model_history AS h WHERE "
            "h.model = a.model AND h.replaced_at > a.at) AS h ON h.held AND h.same";
    }
    const char *query = sql.c_str();
    const std::string parameter = array_text(asked);
    const char *array = parameter.c_str();
    const QueryRows rows = server_call([=] { return select_rows(query, TEXTARRAYOID, array); });
    std::unordered_set<std::size_t> kept;
    for (int i = 0; i < rows.count; ++i) {
        kept.insert(static_cast<std::size_t>(number(rows.items[static_cast<std::ptrdiff_t>(i) * rows.columns])));
    }
    for (Case &item : cases) {
        if (item.suspect.compares && !kept.contains(item.finding)) {
            item.id = 0;
        }
    }
}

std::unordered_map<std::int64_t, std::string> read_statements(const std::vector<Case> &cases) {
    std::vector<std::string> ids;
    for (const Case &item : cases) {
        if (item.id != 0) {
            ids.push_back(std::to_string(item.id));
        }
    }
    std::unordered_map<std::int64_t, std::string> result;
    if (ids.empty()) {
        return result;
    }
    const std::string parameter = array_text(ids);
    const char *array = parameter.c_str();
    const QueryRows rows = server_call([=] {
        return select_rows(
            "SELECT id, jsonb_strip_nulls(jsonb_build_object('log_id', id, 'at', at, 'session_user_name', "
            "session_user_name, 'application_name', application_name, 'client_addr', client_addr, 'migration', "
            "migration, 'command_tag', command_tag, 'statement', statement)) FROM schema_audit.ddl_log WHERE id = ANY "
            "($1)",
            INT8ARRAYOID, array);
    });
    for (int i = 0; i < rows.count; ++i) {
        const char *const *row = rows.items + static_cast<std::ptrdiff_t>(i) * rows.columns;
        result.emplace(number(row[0]), row[1]);
    }
    return result;
}

}  // namespace

std::vector<std::optional<std::string>> introductions(const std::vector<Finding> &findings) {
    std::vector<std::optional<std::string>> result(findings.size());
    std::vector<Case> cases;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (std::optional<Suspect> suspect = guard::suspect_of(findings[i])) {
            cases.push_back({i, std::move(*suspect)});
        }
    }
    if (cases.empty() || !server_call([] { return may_read_now("ddl_log") && log_has_rows(); })) {
        return result;
    }
    trace_all(cases);
    drop_doubtful(cases, findings);
    drop_obedient(cases, findings);
    const std::unordered_map<std::int64_t, std::string> statements = read_statements(cases);
    for (const Case &item : cases) {
        if (const auto found = statements.find(item.id); found != statements.end()) {
            result[item.finding] = found->second;
        }
    }
    return result;
}

namespace {

struct Line {
    std::int64_t id;
    std::string change;
};

// Back through the names that it had.
std::vector<Line> history_lines(std::optional<Suspect> suspect) {
    std::vector<Line> lines;
    for (int round = 0; round < most_renames && suspect && !suspect->object.empty(); ++round) {
        const std::vector<LoggedStatement> rows = read_log(suspect->keys(), true);
        std::optional<Suspect> before;
        for (const LoggedStatement &row : rows) {
            if (suspect->before != 0 && row.id >= suspect->before) {
                continue;
            }
            if (std::string change = guard::history_of(*suspect, row); !change.empty()) {
                lines.push_back({row.id, std::move(change)});
            }
            before = guard::renamed_from(*suspect, row);
            if (before) {
                break;
            }
        }
        suspect = std::move(before);
    }
    return lines;
}

// Columns of its result, from 0.
enum blame_column : std::uint8_t { blame_at = 1, blame_change = 7, blame_decision, blame_rules, blame_statement };

// A statement with several findings has as many rows in the log.
bool is_same_statement(const ResultRow &one, const ResultRow &other) {
    return one[blame_at] == other[blame_at] && one[blame_statement] == other[blame_statement] &&
           one[blame_change] == other[blame_change];
}

ResultRow merged(const std::vector<ResultRow> &rows) {
    constexpr auto by_weight = std::to_array<std::string_view>({"rejected", "overridden", "warned", "allowed"});
    ResultRow result = rows.back();
    std::vector<std::string> rules;
    for (const std::string_view decision : by_weight) {
        if (std::ranges::any_of(rows, [&](const ResultRow &row) { return row[blame_decision] == decision; })) {
            result[blame_decision] = decision;
            break;
        }
    }
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (const std::optional<std::string> &rule = (*row)[blame_rules]) {
            rules.push_back(*rule);
        }
    }
    result[blame_rules] = rules.empty() ? std::nullopt : std::optional(array_text(rules));
    return result;
}

void run_blame(FunctionCallInfo fcinfo) {
    const std::string key = text_argument(fcinfo, 0).value_or("");
    const std::optional<Finding> finding = guard::finding_from_key(key);
    if (!finding) {
        throw AuditError(ErrorKind::invalid_argument, format("\"{}\" is no key of a finding", key),
                         "A key is rule:schema.table:type:object, each name quoted where SQL would quote it.",
                         "SELECT finding_key FROM audit_schema(); lists those of the audit.");
    }
    const std::vector<Line> lines = history_lines(guard::object_of(*finding));
    std::vector<std::string> ids;
    for (const Line &line : lines) {
        ids.push_back(std::to_string(line.id));
    }
    const std::string parameter = array_text(ids);
    const char *array = parameter.c_str();
    const QueryRows details = server_call([=] {
        return select_rows(
            "SELECT id, at, session_user_name, application_name, client_addr, migration, command_tag, NULL, decision, "
            "rule, statement FROM schema_audit.ddl_log WHERE id = ANY ($1) ORDER BY id DESC",
            INT8ARRAYOID, array);
    });
    std::vector<ResultRow> result;
    std::vector<ResultRow> same;
    std::size_t next = 0;
    for (int i = 0; i < details.count; ++i) {
        const char *const *items = details.items + static_cast<std::ptrdiff_t>(i) * details.columns;
        ResultRow row;
        for (int column = 0; column < details.columns; ++column) {
            row.push_back(items[column] != nullptr ? std::optional<std::string>(items[column]) : std::nullopt);
        }
        while (next < lines.size() && lines[next].id != number(items[0])) {
            ++next;
        }
        row[blame_change] = next < lines.size() ? lines[next].change : "";
        if (!same.empty() && !is_same_statement(same.front(), row)) {
            result.push_back(merged(same));
            same.clear();
        }
        same.push_back(std::move(row));
    }
    if (!same.empty()) {
        result.push_back(merged(same));
    }
    return_rows(fcinfo, result);
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_blame) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_blame(fcinfo);
        return Datum{0};
    });
}
