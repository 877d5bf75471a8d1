// The registry, finding keys, the order of findings, suppressions.
#include "core/rule/exemption.hpp"
#include "core/rule/finding.hpp"
#include "core/rule/suppression.hpp"
#include "core/schema/object_kind.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace schema_audit {
namespace {

using testing::ElementsAre;

std::string text_of_file(const std::filesystem::path &path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Words of small letters with a hyphen between them. (std::regex does not compile with sanitizers under GCC 12.)
bool is_kebab_case(std::string_view text) {
    char last = '-';
    for (const char c : text) {
        if ((c < 'a' || c > 'z') && (c != '-' || last == '-')) {
            return false;
        }
        last = c;
    }
    return last != '-';
}

// Every kebab-case word in quotes: in the comparison these are names of rules and nothing else.
std::set<std::string> rules_named_in_sources() {
    std::set<std::string> result;
    const std::filesystem::path core = std::filesystem::path(SCHEMA_AUDIT_SOURCE_DIR) / "src/core";
    std::vector<std::filesystem::path> files{core / "rule/suppression.cpp", core / "rule/exemption.cpp",
                                             core / "rule/migration.cpp"};
    for (const auto &entry : std::filesystem::directory_iterator(core / "compare")) {
        files.push_back(entry.path());
    }
    for (const auto &file : files) {
        const std::string text = text_of_file(file);
        for (std::size_t open = text.find('"'); open != std::string::npos; open = text.find('"', open + 1)) {
            const std::size_t close = text.find('"', open + 1);
            const std::string word = close == std::string::npos ? "" : text.substr(open + 1, close - open - 1);
            if (is_kebab_case(word) && word.find('-') != std::string::npos) {
                result.insert(word);
            }
        }
    }
    return result;
}

TEST(Registry, IsSortedAndUnique) {
    EXPECT_TRUE(std::ranges::is_sorted(rules(), std::ranges::less_equal{}, &Rule::name) ||
                std::ranges::adjacent_find(rules(), {}, &Rule::name) == rules().end());
    EXPECT_TRUE(std::ranges::is_sorted(rules(), {}, &Rule::name));
}

TEST(Registry, EveryRuleSaysWhatItIsAbout) {
    for (const Rule &rule : rules()) {
        EXPECT_TRUE(is_kebab_case(rule.name)) << rule.name;
        EXPECT_FALSE(rule.description.empty()) << rule.name;
        EXPECT_FALSE(rule.help.empty()) << rule.name;
        EXPECT_FALSE(rule.acts_on.empty()) << rule.name;
        EXPECT_EQ(find_rule(rule.name), &rule);
    }
    EXPECT_EQ(find_rule("no-such-rule"), nullptr);
    EXPECT_EQ(find_rule(""), nullptr);
}

TEST(Registry, HoldsEveryRuleThatTheComparisonReports) {
    for (const std::string &name : rules_named_in_sources()) {
        EXPECT_NE(find_rule(name), nullptr) << name;
    }
}

// What the comparison of objects makes up from the table of kinds.
std::set<std::string> rules_of_kinds() {
    std::set<std::string> names;
    for (const KindSpec &kind : kinds) {
        const std::string stem(kind.stem);
        if (kind.place != Place::part) {
            names.insert({"missing-" + stem, "extra-" + stem});
        }
        names.insert(stem + "-mismatch");
        for (const AttributeSpec &attribute : kind.attributes) {
            names.emplace(attribute.rule);
        }
    }
    for (const AttributeSpec &attribute : common_attributes) {
        names.emplace(attribute.rule);
    }
    return names;
}

TEST(Registry, EveryRuleOfTheAuditIsReportedSomewhere) {
    std::set<std::string> used = rules_named_in_sources();
    used.merge(rules_of_kinds());
    for (const Rule &rule : rules()) {
        if (rule.acts_on == "audit") {
            EXPECT_TRUE(used.contains(std::string(rule.name))) << rule.name;
            EXPECT_EQ(rule.action, Action::none) << rule.name;
        }
    }
}

TEST(Registry, NamesOfEnumsReadBack) {
    for (const auto severity : {Severity::error, Severity::warning, Severity::info}) {
        EXPECT_EQ(severity_from(text_of(severity)), severity);
    }
    EXPECT_EQ(severity_from("fatal"), std::nullopt);
    EXPECT_EQ(severity_from(""), std::nullopt);
    EXPECT_EQ(action_from("reject"), Action::reject);
}

Finding finding(std::string_view rule, std::string schema, std::string table, std::string type, std::string object) {
    Finding result;
    result.rule = rule;
    result.severity = find_rule(rule)->severity;
    result.schema_name = std::move(schema);
    result.table_name = std::move(table);
    result.object_type = std::move(type);
    result.object_name = std::move(object);
    result.key = finding_key(result);
    return result;
}

// These texts are stored in schema_audit.suppression: they may never change.
TEST(FindingKey, IsStable) {
    EXPECT_EQ(finding("missing-column", "public", "customer", "column", "email").key,
              "missing-column:public.customer:column:email");
    EXPECT_EQ(finding("extra-table", "My Schema", "Table", "table", "Table").key,
              "extra-table:\"My Schema\".\"Table\":table:\"Table\"");
    EXPECT_EQ(finding("missing-check", "a", "b.c", "check constraint", "d:e").key,
              "missing-check:a.\"b.c\":check constraint:\"d:e\"");
    EXPECT_EQ(finding("suppression-unused", "", "", "suppression", "x").key, "suppression-unused::suppression:x");
}

TEST(FindingKey, DoesNotDependOnWhatMayChange) {
    Finding one = finding("type-mismatch", "public", "t", "column", "c");
    one.severity = Severity::info;
    one.expected = "a";
    one.actual = "b";
    one.message = "c";
    one.fix = "d";
    one.model = "e";
    one.app = "f";
    EXPECT_EQ(finding_key(one), one.key);
}

TEST(SortFindings, BySeveritySchemaTableTypeObjectRule) {
    std::vector<Finding> all{finding("extra-index", "a", "a", "index", "a"),
                             finding("missing-column", "b", "a", "column", "a"),
                             finding("type-mismatch", "a", "b", "column", "b"),
                             finding("missing-column", "a", "b", "column", "c"),
                             finding("missing-unique", "a", "b", "unique constraint", "a"),
                             finding("nullability-mismatch", "a", "b", "column", "b"),
                             finding("extra-table", "a", "a", "table", "a")};
    sort_findings(all);
    std::vector<std::string> order;
    for (const Finding &item : all) {
        order.emplace_back(std::string(item.rule) + " " + item.schema_name + "." + item.table_name + "." +
                           item.object_name);
    }
    EXPECT_THAT(order,
                ElementsAre("nullability-mismatch a.b.b", "type-mismatch a.b.b", "missing-column a.b.c",
                            "missing-unique a.b.a", "missing-column b.a.a", "extra-table a.a.a", "extra-index a.a.a"));
}

class Suppressions : public testing::Test {
protected:
    std::vector<Finding> findings{finding("extra-table", "public", "backup_x", "table", "backup_x"),
                                  finding("extra-column", "public", "t", "column", "c"),
                                  finding("missing-column", "public", "t", "column", "d")};
    Suppression suppression = [] {
        Suppression result;
        result.id = 7;
        result.reason = "agreed";
        return result;
    }();
    std::vector<std::string> suppressed() const {
        std::vector<std::string> result;
        for (const Finding &item : findings) {
            if (item.suppressed) {
                result.push_back(item.object_name);
            }
        }
        return result;
    }
    std::vector<std::string> policy() const {
        std::vector<std::string> result;
        for (const Finding &item : findings) {
            if (item.object_type == "suppression") {
                result.emplace_back(item.rule);
            }
        }
        return result;
    }
};

TEST_F(Suppressions, ByKey) {
    suppression.finding_key = "extra-column:public.t:column:c";
    apply_suppressions(findings, {&suppression, 1}, true);
    EXPECT_THAT(suppressed(), ElementsAre("c"));
    EXPECT_EQ(findings[1].suppression_reason, "agreed");
    EXPECT_THAT(policy(), ElementsAre());
}

TEST_F(Suppressions, ByPatterns) {
    suppression.rule = "extra-%";
    suppression.table_pattern = "backup\\_%";
    apply_suppressions(findings, {&suppression, 1}, true);
    EXPECT_THAT(suppressed(), ElementsAre("backup_x"));
}

TEST_F(Suppressions, ByObjectAndSchema) {
    suppression.schema_pattern = "pub%";
    suppression.object_pattern = "_";
    apply_suppressions(findings, {&suppression, 1}, true);
    EXPECT_THAT(suppressed(), ElementsAre("c", "d"));
}

TEST_F(Suppressions, AllOfWhatIsGivenMustMatch) {
    suppression.finding_key = "extra-column:public.t:column:c";
    suppression.rule = "missing-column";
    apply_suppressions(findings, {&suppression, 1}, true);
    EXPECT_THAT(suppressed(), ElementsAre());
    EXPECT_THAT(policy(), ElementsAre("suppression-unused"));
}

TEST_F(Suppressions, ExpiredSuppressesNothingAndIsTold) {
    suppression.rule = "extra-column";
    suppression.expired = true;
    suppression.expires_at = "2020-01-01 00:00:00+00";
    apply_suppressions(findings, {&suppression, 1}, false);
    EXPECT_THAT(suppressed(), ElementsAre());
    EXPECT_THAT(policy(), ElementsAre("suppression-expired"));
    EXPECT_EQ(findings.back().fix, "DELETE FROM schema_audit.suppression WHERE id = 7;");
    EXPECT_EQ(findings.back().expected, "agreed");
}

TEST_F(Suppressions, UnusedIsToldByAFullAuditOnly) {
    suppression.rule = "missing-table";
    apply_suppressions(findings, {&suppression, 1}, false);
    EXPECT_THAT(policy(), ElementsAre());
    apply_suppressions(findings, {&suppression, 1}, true);
    EXPECT_THAT(policy(), ElementsAre("suppression-unused"));
}

TEST_F(Suppressions, ExpiredAndWithoutMatchIsToldByAFullAuditOnly) {
    suppression.rule = "missing-table";
    suppression.expired = true;
    apply_suppressions(findings, {&suppression, 1}, false);
    EXPECT_THAT(policy(), ElementsAre());
    apply_suppressions(findings, {&suppression, 1}, true);
    EXPECT_THAT(policy(), ElementsAre("suppression-expired"));
}

}  // namespace
}  // namespace schema_audit

TEST(Exemptions, ExpiredAndUnusedAreTold) {
    const std::vector<schema_audit::Exemption> rows{{4, "(rule drop-column)", "OPS-1", "2020-01-01 00:00:00+00", ""},
                                                    {5, "(rule drop-table)", "", "", "2024-01-01 00:00:00+00"},
                                                    {6, "(rule drop-view)", "", "", ""}};
    const auto findings = schema_audit::exemption_findings(rows);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].rule, "exemption-expired");
    EXPECT_EQ(findings[0].expected, "OPS-1");
    EXPECT_EQ(findings[1].rule, "exemption-unused");
    EXPECT_EQ(findings[1].fix, "DELETE FROM schema_audit.rule_setting WHERE id = 5;");
}
