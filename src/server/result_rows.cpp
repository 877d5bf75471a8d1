#include "server/result_rows.hpp"

namespace schema_audit::server {

void return_rows(FunctionCallInfo fcinfo, const std::vector<ResultRow> &rows) {
    struct Target {
        ReturnSetInfo *info;
        AttInMetadata *input;
        MemoryContext scratch;
    };
    const Target target = server_call([&] {
        InitMaterializedSRF(fcinfo, 0);
        auto *info = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
        return Target{info, TupleDescGetAttInMetadata(info->setDesc),
                      AllocSetContextCreate(CurrentMemoryContext, "schema_audit result row", ALLOCSET_DEFAULT_SIZES)};
    });
    std::vector<char *> values;
    for (const ResultRow &row : rows) {
        values.assign(static_cast<std::size_t>(target.info->setDesc->natts), nullptr);
        for (std::size_t i = 0; i < row.size() && i < values.size(); ++i) {
            // BuildTupleFromCStrings reads only.
            values[i] = row[i] ? const_cast<char *>(row[i]->c_str()) : nullptr;
        }
        char **data = values.data();
        server_call([&] {
            const MemoryContext old = MemoryContextSwitchTo(target.scratch);
            HeapTuple tuple = BuildTupleFromCStrings(target.input, data);
            MemoryContextSwitchTo(old);
            tuplestore_puttuple(target.info->setResult, tuple);
            MemoryContextReset(target.scratch);
        });
    }
}

std::string array_text(const std::vector<std::string> &items) {
    std::string result = "{";
    for (const std::string &item : items) {
        result += result.size() > 1 ? ",\"" : "\"";
        for (const char c : item) {
            if (c == '"' || c == '\\') {
                result += '\\';
            }
            result += c;
        }
        result += '"';
    }
    return result + "}";
}

std::optional<std::string> text_argument(FunctionCallInfo fcinfo, int number) {
    if (fcinfo->args[number].isnull) {
        return std::nullopt;
    }
    return std::string(server_call([&]() -> const char * { return TextDatumGetCString(fcinfo->args[number].value); }));
}

std::optional<std::vector<std::string>> texts_argument(FunctionCallInfo fcinfo, int number, const char *name) {
    if (fcinfo->args[number].isnull) {
        return std::nullopt;
    }
    struct Items {
        char **texts;
        int count;
    };
    const Items items = server_call([&] {
        Datum *datums = nullptr;
        bool *nulls = nullptr;
        Items result{nullptr, 0};
        deconstruct_array(DatumGetArrayTypeP(fcinfo->args[number].value), TEXTOID, -1, false, TYPALIGN_INT, &datums,
                          &nulls, &result.count);
        result.texts = static_cast<char **>(palloc(sizeof(char *) * static_cast<Size>(result.count + 1)));
        for (int i = 0; i < result.count; ++i) {
            if (nulls[i]) {
                ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not contain nulls", name),
                                errhint("Pass NULL, or leave %s out, for all of them.", name)));
            }
            result.texts[i] = TextDatumGetCString(datums[i]);
        }
        return result;
    });
    return std::vector<std::string>(items.texts, items.texts + items.count);
}

}  // namespace schema_audit::server
