#include "core/compare/tenant_summary.hpp"

#include "core/error.hpp"
#include "core/schema/identifier.hpp"
#include "core/schema/schema_pattern.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace schema_audit {
namespace {

bool contains(const std::optional<std::vector<std::string>> &filter, std::string_view value) {
    return !filter || std::ranges::find(*filter, value) != filter->end();
}

class Summary {
public:
    Summary(const AuditInput &input, const AuditFilter &filter, double outlier_share) : outlier_share_(outlier_share) {
        for (const Model &model : input.model->models) {
            const std::string name(input.pool->view(model.name));
            if (model.tenant_pattern == TextId::none || !contains(filter.models, name)) {
                continue;
            }
            ModelTenants &own = models_[name];
            own.pattern = input.pool->view(model.tenant_pattern);
            own.sql = quote_identifier(input.pool->view(model.tenant_schema));
            for (const TextId tenant : input.model->view(model.tenants)) {
                if (contains(filter.schemas, input.pool->view(tenant))) {
                    own.tenants.emplace(input.pool->view(tenant), result_.tenants.size());
                    result_.tenants.push_back({name, std::string(input.pool->view(tenant))});
                }
            }
        }
        if (models_.empty()) {
            throw AuditError(ErrorKind::wrong_state, "no model stands for a pattern of schemas", {},
                             "Register one: SELECT schema_audit.register_ddl('my_app', $$CREATE TABLE ...$$, schemas "
                             "=> '{tenant_%}');");
        }
    }

    TenantSummary make(std::vector<Finding> findings) {
        for (Finding &finding : findings) {
            add(std::move(finding));
        }
        for (TenantDifference &difference : result_.differences) {
            judge(difference);
        }
        std::ranges::stable_sort(result_.differences, {}, [](const TenantDifference &item) {
            const Finding &f = item.finding;
            return std::tie(f.severity, f.schema_name, f.table_name, f.object_type, f.object_name, f.rule, f.model,
                            f.expected, f.actual, f.message);
        });
        return std::move(result_);
    }

private:
    struct ModelTenants {
        std::string pattern;
        std::string sql;                                          // what texts call the schema that stands for all
        std::map<std::string, std::size_t, std::less<>> tenants;  // by name: index into the result's
    };
    using Key = std::tuple<std::string_view, std::string, std::string, std::string, std::string, std::string,
                           std::string, std::string, Severity>;

    void add(Finding finding) {
        const auto model = models_.find(finding.model);
        if (model == models_.end()) {
            return;
        }
        const ModelTenants &own = model->second;
        const auto tenant = own.tenants.find(finding.schema_name);
        if (tenant == own.tenants.end()) {
            if (finding.schema_name == own.pattern) {
                result_.differences.push_back({std::move(finding), {}, {}, false});
            }
            return;
        }
        count(result_.tenants[tenant->second], finding.severity);
        const std::string name = std::move(finding.schema_name);
        for (std::string *text :
             {&finding.object_name, &finding.expected, &finding.actual, &finding.message, &finding.fix}) {
            *text = with_schema_pattern(*text, name, own.sql);
        }
        finding.schema_name = own.pattern;
        finding.key = finding_key(finding);
        const auto [found, added] = differences_.try_emplace(
            Key{finding.rule, finding.model, finding.table_name, finding.object_type, finding.object_name,
                finding.expected, finding.actual, finding.message, finding.severity},
            result_.differences.size());
        if (added) {
            result_.differences.push_back({std::move(finding), {}, {}, false});
        }
        std::vector<std::string> &tenants = result_.differences[found->second].tenants;
        if (tenants.empty() || tenants.back() != name) {
            tenants.push_back(name);
        }
    }

    static void count(Tenant &tenant, Severity severity) {
        tenant.errors += severity == Severity::error ? 1 : 0;
        tenant.warnings += severity == Severity::warning ? 1 : 0;
        tenant.infos += severity == Severity::info ? 1 : 0;
    }

    void judge(TenantDifference &difference) {
        const ModelTenants &own = models_.at(difference.finding.model);
        std::ranges::sort(difference.tenants);
        for (const auto &[name, number] : own.tenants) {
            if (!std::ranges::binary_search(difference.tenants, name)) {
                difference.without.push_back(name);
            }
        }
        const std::size_t count = difference.tenants.size();
        const auto few = static_cast<std::size_t>(outlier_share_ * static_cast<double>(own.tenants.size()));
        difference.outlier = count > 0 && count < own.tenants.size() && count <= std::max<std::size_t>(few, 1);
        for (const std::string &name : difference.tenants) {
            Tenant &tenant = result_.tenants[own.tenants.find(name)->second];
            tenant.outlier = tenant.outlier || (difference.outlier && difference.finding.severity != Severity::info);
            tenant.only_here += count == 1 && own.tenants.size() > 1 ? 1 : 0;
        }
    }

    double outlier_share_;
    std::map<std::string, ModelTenants, std::less<>> models_;
    std::map<Key, std::size_t> differences_;
    TenantSummary result_;
};

}  // namespace

TenantSummary summarize_tenants(const AuditInput &input, const AuditFilter &filter, std::vector<Finding> findings,
                                double outlier_share) {
    return Summary(input, filter, outlier_share).make(std::move(findings));
}

}  // namespace schema_audit
