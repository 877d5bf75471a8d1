// Text search: configurations, dictionaries, parsers and templates.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_configuration(std::string_view name) {
    return attribute(ObjectKind::text_search_configuration, name);
}
consteval AttributeId of_dictionary(std::string_view name) {
    return attribute(ObjectKind::text_search_dictionary, name);
}
consteval AttributeId of_parser(std::string_view name) { return attribute(ObjectKind::text_search_parser, name); }
consteval AttributeId of_template(std::string_view name) { return attribute(ObjectKind::text_search_template, name); }

template <class Form>
char *name_of(int cache, Oid oid, const char *what, Oid Form::*name_space, NameData Form::*name) {
    HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) {
        raise_vanished(what, oid);
    }
    const auto &row = *reinterpret_cast<const Form *>(GETSTRUCT(tuple));
    char *text = qualified_text(row.*name_space, NameStr(row.*name));
    ReleaseSysCache(tuple);
    return text;
}

char *dictionary_text(Oid dictionary) {
    return name_of(TSDICTOID, dictionary, "text search dictionary", &FormData_pg_ts_dict::dictnamespace,
                   &FormData_pg_ts_dict::dictname);
}

// ---- configurations ----

struct Mapping {
    Oid configuration;
    int token, order;
    Oid dictionary;
};

std::vector<Mapping> read_mappings(const ObjectReader &reader) {
    std::vector<Mapping> mappings;
    scan_catalog(TSConfigMapRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_ts_config_map>(GETSTRUCT(tuple));
        mappings.push_back({row.mapcfg, row.maptokentype, row.mapseqno, row.mapdict});
    });
    std::ranges::sort(mappings, [](const Mapping &a, const Mapping &b) {
        return std::tie(a.configuration, a.token, a.order) < std::tie(b.configuration, b.token, b.order);
    });
    return mappings;
}

// The names of a parser's tokens by number, as its own function tells them.
const char *token_name(const LexDescr *tokens, int number) {
    for (const LexDescr *token = tokens; token != nullptr && token->lexid != 0; ++token) {
        if (token->lexid == number) {
            return quote_identifier(token->alias);
        }
    }
    return psprintf("%d", number);
}

void describe_configuration(ObjectReader &reader, Oid parser, std::span<const Mapping> mappings) {
    const char *parser_name = name_of(TSPARSEROID, parser, "text search parser", &FormData_pg_ts_parser::prsnamespace,
                                      &FormData_pg_ts_parser::prsname);
    const TSParserCacheEntry *entry = lookup_ts_parser_cache(parser);
    const auto *tokens =
        OidIsValid(entry->lextypeOid)
            ? reinterpret_cast<const LexDescr *>(DatumGetPointer(OidFunctionCall1(entry->lextypeOid, Datum{0})))
            : nullptr;
    const char *name = reader.qualified_name();
    StringInfoData list;
    initStringInfo(&list);
    StringInfoData ddl;
    initStringInfo(&ddl);
    appendStringInfo(&ddl, "CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %s);", name, parser_name);
    for (std::size_t i = 0; i < mappings.size(); ++i) {
        const char *dictionary = dictionary_text(mappings[i].dictionary);
        if (i > 0 && mappings[i].token == mappings[i - 1].token) {
            appendStringInfo(&list, ", %s", dictionary);
            appendStringInfo(&ddl, ", %s", dictionary);
            continue;
        }
        const char *token = token_name(tokens, mappings[i].token);
        appendStringInfo(&list, "%s%s: %s", i == 0 ? "" : "; ", token, dictionary);
        appendStringInfo(&ddl, "%s ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s WITH %s", i == 0 ? "" : ";",
                         name, token, dictionary);
    }
    appendStringInfoString(&ddl, mappings.empty() ? "" : ";");
    reader.set(of_configuration("parser"), parser_name);
    reader.set(of_configuration("mappings"), list.data);
    if (reader.wants_ddl()) {
        reader.set(of_configuration("ddl"), ddl.data);
    }
}

void read_configurations(ObjectReader &reader) {
    std::unordered_map<Oid, Oid> parsers;
    scan_catalog(TSConfigRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_ts_config>(GETSTRUCT(tuple));
        if (reader.begin(ObjectKind::text_search_configuration, TSConfigRelationId, row.oid, row.cfgnamespace,
                         NameStr(row.cfgname))) {
            reader.set_owner(row.cfgowner);
            parsers.emplace(row.oid, row.cfgparser);
        }
    });
    if (parsers.empty()) {
        return;
    }
    const std::vector<Mapping> mappings = read_mappings(reader);
    reader.for_each(ObjectKind::text_search_configuration, [&](Oid configuration) {
        const auto own = std::ranges::equal_range(mappings, configuration, {}, &Mapping::configuration);
        describe_configuration(reader, parsers.find(configuration)->second, own);
    });
}

// ---- dictionaries ----

struct DictionaryDetails {
    Oid parent;
    std::string options;
};

char *options_text(const std::string &options) {
    if (options.empty()) {
        return nullptr;
    }
    List *texts = NIL;
    ListCell *cell = nullptr;
    foreach (cell, deserialize_deflist(CStringGetTextDatum(options.c_str()))) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        texts = lappend(
            texts, psprintf("%s = %s", quote_identifier(option->defname), quote_literal_cstr(defGetString(option))));
    }
    return joined_texts(texts, ", ", true);
}

void describe_dictionary(ObjectReader &reader, const DictionaryDetails &row) {
    const char *parent = name_of(TSTEMPLATEOID, row.parent, "text search template",
                                 &FormData_pg_ts_template::tmplnamespace, &FormData_pg_ts_template::tmplname);
    const char *options = options_text(row.options);
    reader.set(of_dictionary("template"), parent);
    reader.set(of_dictionary("options"), options);
    if (reader.wants_ddl()) {
        reader.set(of_dictionary("ddl"),
                   psprintf("CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = %s%s%s);", reader.qualified_name(), parent,
                            options == nullptr ? "" : ", ", options == nullptr ? "" : options));
    }
}

void read_dictionaries(ObjectReader &reader) {
    std::unordered_map<Oid, DictionaryDetails> rows;
    scan_catalog(TSDictionaryRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_ts_dict>(GETSTRUCT(tuple));
        if (!reader.begin(ObjectKind::text_search_dictionary, TSDictionaryRelationId, row.oid, row.dictnamespace,
                          NameStr(row.dictname))) {
            return;
        }
        reader.set_owner(row.dictowner);
        DictionaryDetails &details = rows[row.oid];
        details.parent = row.dicttemplate;
        if (const auto options = node_text_of(tuple, Anum_pg_ts_dict_dictinitoption, descriptor)) {
            details.options = *options;
        }
    });
    reader.for_each(ObjectKind::text_search_dictionary,
                    [&](Oid dictionary) { describe_dictionary(reader, rows.find(dictionary)->second); });
}

// ---- parsers and templates, which are functions ----

struct Functions {
    std::array<Oid, 5> oids;
};

struct FunctionOption {
    AttributeId id;
    const char *keyword;
};

template <std::size_t count>
void describe_functions(ObjectReader &reader, const char *command, AttributeId ddl_id, const Functions &row,
                        const std::array<FunctionOption, count> &options) {
    StringInfoData ddl;
    initStringInfo(&ddl);
    appendStringInfo(&ddl, "CREATE TEXT SEARCH %s %s (", command, reader.qualified_name());
    for (std::size_t i = 0; i < count; ++i) {
        const char *function = OidIsValid(row.oids[i]) ? function_text(row.oids[i]) : nullptr;
        reader.set(options[i].id, function);
        append_option(&ddl, options[i].keyword, function);
    }
    appendStringInfoString(&ddl, ");");
    if (reader.wants_ddl()) {
        reader.set(ddl_id, ddl.data);
    }
}

void read_parsers(ObjectReader &reader) {
    constexpr auto options = std::to_array<FunctionOption>({{of_parser("start"), "START"},
                                                            {of_parser("get_token"), "GETTOKEN"},
                                                            {of_parser("end"), "END"},
                                                            {of_parser("headline"), "HEADLINE"},
                                                            {of_parser("token_types"), "LEXTYPES"}});
    std::unordered_map<Oid, Functions> rows;
    scan_catalog(TSParserRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_ts_parser>(GETSTRUCT(tuple));
        if (reader.begin(ObjectKind::text_search_parser, TSParserRelationId, row.oid, row.prsnamespace,
                         NameStr(row.prsname))) {
            rows.emplace(row.oid, Functions{{row.prsstart, row.prstoken, row.prsend, row.prsheadline, row.prslextype}});
        }
    });
    reader.for_each(ObjectKind::text_search_parser, [&](Oid parser) {
        describe_functions(reader, "PARSER", of_parser("ddl"), rows.find(parser)->second, options);
    });
}

void read_templates(ObjectReader &reader) {
    constexpr auto options =
        std::to_array<FunctionOption>({{of_template("init"), "INIT"}, {of_template("lexize"), "LEXIZE"}});
    std::unordered_map<Oid, Functions> rows;
    scan_catalog(TSTemplateRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_ts_template>(GETSTRUCT(tuple));
        if (reader.begin(ObjectKind::text_search_template, TSTemplateRelationId, row.oid, row.tmplnamespace,
                         NameStr(row.tmplname))) {
            rows.emplace(row.oid, Functions{{row.tmplinit, row.tmpllexize}});
        }
    });
    reader.for_each(ObjectKind::text_search_template, [&](Oid item) {
        describe_functions(reader, "TEMPLATE", of_template("ddl"), rows.find(item)->second, options);
    });
}

}  // namespace

void read_text_search(ObjectReader &reader) {
    if (reader.wants(ObjectKind::text_search_configuration)) {
        read_configurations(reader);
    }
    if (reader.wants(ObjectKind::text_search_dictionary)) {
        read_dictionaries(reader);
    }
    if (reader.wants(ObjectKind::text_search_parser)) {
        read_parsers(reader);
    }
    if (reader.wants(ObjectKind::text_search_template)) {
        read_templates(reader);
    }
}

}  // namespace schema_audit::server
