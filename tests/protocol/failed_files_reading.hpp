#pragma once

#include "protocol/every_split.hpp"
#include "protocol/failed_files_reader.hpp"
#include "protocol/instruction_sets.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Bodies pushed into a failed_files_reader, and all that comes of them.
namespace jobaudit::protocol {

class recording_records final : public record_consumer {
public:
    /// Without texts, what has JSON is known by that alone.
    explicit recording_records(bool needs_texts = true) : needs_texts_{needs_texts} {}

    void on_records(std::span<const failed_file_view> passed) override
    {
        BOOST_TEST(!passed.empty());
        for (const auto& record : passed) {
            records.push_back(
                {text_of(record.document, record.document_json), text_of(record.error, record.error_json)});
            if (!record.json.empty())
                check_json(record.json, records.back());
        }
    }

    [[nodiscard]] bool needs_texts() const noexcept override { return needs_texts_; }

    std::vector<failed_file> records;

private:
    [[nodiscard]] std::string text_of(std::string_view text, std::string_view json) const
    {
        if (json.data() == nullptr)
            return std::string{text};
        const std::string meant{boost::json::parse('"' + std::string{json} + '"').as_string()};
        if (needs_texts_)
            BOOST_TEST(text == meant);
        return meant;
    }

    static void check_json(std::string_view json, const failed_file& record)
    {
        const auto value = boost::json::parse({json.data(), json.size()});
        BOOST_TEST(value.as_object().size() == 2U);
        BOOST_TEST(value.at("document").as_string() == record.document);
        BOOST_TEST(value.at("error").as_string() == record.error);
    }

    bool needs_texts_;
};

struct files_reading {
    std::vector<failed_file> records;
    std::uint64_t count = 0;
    error_code error;
    std::string problem;

    friend bool operator==(const files_reading&, const files_reading&) = default;
};

inline const std::vector<failed_file> two{{"a.pdf", "broken"}, {"b.doc", "no rights"}};
inline const std::string body_of_two =
    R"({"failed_files":[{"document":"a.pdf","error":"broken"},{"document":"b.doc","error":"no rights"}]})";

inline bool gives(const files_reading& what, const std::vector<failed_file>& records)
{
    return !what.error && what.records == records && what.count == records.size();
}

inline std::ostream& operator<<(std::ostream& out, const files_reading& what)
{
    for (const auto& record : what.records)
        out << '(' << record.document.substr(0, 40) << ", " << record.error.substr(0, 40) << ") ";
    return out << "of " << what.count << "; " << (what.error ? what.error.message() : "no error") << ": '"
               << what.problem << '\'';
}

/// Writes `piece` from memory that is overwritten afterwards.
inline error_code write_and_spoil(failed_files_reader& reader, std::string_view piece)
{
    std::string bytes{piece};
    const auto error = reader.write(bytes);
    std::ranges::fill(bytes, '?');
    return error;
}

/// Reads one body with a reader that may have read others before.
inline files_reading read_files(failed_files_reader& reader, const pieces& body, bool needs_texts = true)
{
    recording_records consumer{needs_texts};
    reader.begin(consumer);
    files_reading result;
    for (const auto piece : body) {
        const auto error = write_and_spoil(reader, piece);
        BOOST_TEST((!result.error || error == result.error));
        result.error = error;
    }
    const auto at_end = reader.finish();
    BOOST_TEST((!result.error || at_end == result.error));
    result.error = at_end;
    result.records = consumer.records;
    result.count = reader.records();
    result.problem = reader.problem();
    BOOST_TEST(result.error.failed() == !result.problem.empty());
    return result;
}

/// Reads `body` whole, and checks that the same comes of it however it is split, and with whatever instructions.
inline files_reading read_files_at_every_split(std::string_view body, failed_files_reader::limits bounds = {})
{
    failed_files_reader reader{bounds};
    const auto whole = read_files(reader, {body});
    with_each_instruction_set([&] {
        BOOST_TEST(read_files(reader, {body}) == whole);
        BOOST_TEST(read_files(reader, {body}, false) == whole);
    });
    for_each_split(body, [&](const pieces& split) {
        const auto same = read_files(reader, split, split.size() % 2 == 0);
        if (!(same == whole))
            BOOST_ERROR("pieces of " << split.size() << ", the first of " << split.front().size() << " bytes, give\n"
                                     << same << "\nbut the whole gives\n"
                                     << whole);
    });
    return whole;
}

}  // namespace jobaudit::protocol
