#include "grouping/reason_collector.hpp"

#include "grouping/error_mask.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace jobaudit::grouping;

namespace {

struct labelled_text {
    std::string reason;
    std::string family;
    std::string document;
    std::string error;
};

std::vector<labelled_text> read_labelled(const std::string& name)
{
    std::ifstream file{JOBAUDIT_LABELLED_TEXTS "/" + name};
    std::vector<labelled_text> result;
    for (std::string line; std::getline(file, line);) {
        const auto fields = boost::json::parse(line).as_object();
        const auto text = [&fields](const char* key) { return std::string{fields.at(key).as_string()}; };
        result.push_back({text("reason"), text("family"), text("document"), text("error")});
    }
    BOOST_TEST_REQUIRE(result.size() == 2000U);
    return result;
}

std::vector<error_reason> collect(const std::vector<labelled_text>& texts)
{
    reason_collector collector;
    for (const auto& each : texts)
        collector.add(each.document, each.error);
    return collector.find().reasons;
}

bool are_equal(const error_reason& one, const error_reason& other)
{
    return one.text == other.text && one.family == other.family && one.failed_files == other.failed_files &&
           one.example == other.example;
}

bool same(const std::vector<error_reason>& one, const std::vector<error_reason>& other)
{
    return std::ranges::equal(one, other, are_equal);
}

struct grouping {
    std::size_t groups = 0;
    std::size_t pure = 0;
    std::size_t reasons = 0;
    double in_right_family = 0;
};

grouping judge(const std::vector<labelled_text>& texts)
{
    std::vector<std::string> masked;
    for (const auto& each : texts) {
        masked.emplace_back();
        mask_error(each.error, each.document, masked.back());
    }
    const auto found = find_templates(masked);
    std::map<std::size_t, std::set<std::string>> reasons_of;
    std::set<std::string> reasons;
    std::size_t right = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        reasons_of[found.of_text[i]].insert(texts[i].reason);
        reasons.insert(texts[i].reason);
        right += to_string(family_of(texts[i].error)) == texts[i].family ? 1 : 0;
    }
    const auto pure = std::ranges::count_if(reasons_of, [](const auto& each) { return each.second.size() == 1; });
    return {reasons_of.size(), static_cast<std::size_t>(pure), reasons.size(),
            static_cast<double>(right) / static_cast<double>(texts.size())};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reasons_of_failure)

BOOST_AUTO_TEST_CASE(finds_the_reasons_of_labelled_texts)
{
    for (const auto* name : {"first.jsonl", "second.jsonl"}) {
        const auto found = judge(read_labelled(name));
        BOOST_TEST_MESSAGE(name << ": " << found.reasons << " reasons, " << found.groups << " groups, " << found.pure
                                << " of one reason, " << 100 * found.in_right_family << " % in their family");
        BOOST_TEST(found.pure * 100 >= found.groups * 95);
        BOOST_TEST(found.groups * 2 <= found.reasons * 3);
        BOOST_TEST(found.in_right_family >= 0.95);
    }
}

BOOST_AUTO_TEST_CASE(finds_the_same_whatever_the_order)
{
    auto texts = read_labelled("first.jsonl");
    const auto expected = collect(texts);

    std::mt19937 random{7};
    for (int i = 0; i < 3; ++i) {
        std::shuffle(texts.begin(), texts.end(), random);
        BOOST_TEST(same(collect(texts), expected));
    }
}

BOOST_AUTO_TEST_CASE(counts_each_file_once_and_shows_the_commonest_first)
{
    reason_collector collector;
    for (int i = 0; i < 5; ++i)
        collector.add("a.pdf", "503: no answer after " + std::to_string(i) + " s");
    collector.add("b.pdf", "PDF is encrypted: b.pdf");

    const auto reasons = collector.find().reasons;

    BOOST_TEST_REQUIRE(reasons.size() == 2U);
    BOOST_TEST(reasons[0].text == "503: no answer after <*>");
    BOOST_TEST(reasons[0].failed_files == 5U);
    BOOST_TEST((reasons[0].family == error_family::network));
    BOOST_TEST(reasons[0].example == "503: no answer after 0 s");
    BOOST_TEST(reasons[1].text == "PDF is encrypted: <*>");
    BOOST_TEST(collector.failed_files() == 6U);
}

BOOST_AUTO_TEST_CASE(closes_a_bracket_whose_content_differs)
{
    reason_collector collector;
    for (const auto* request : {"10365c21", "deadbeef", "a1b2c3d4", "cafebabe"})
        collector.add("a.pdf", std::string{"slow down (request "} + request + ")");
    const auto reasons = collector.find().reasons;

    BOOST_TEST_REQUIRE(reasons.size() == 1U);
    BOOST_TEST(reasons[0].text == "slow down (request <*>)");
}

BOOST_AUTO_TEST_CASE(loses_no_count_where_there_are_more_texts_than_it_keeps)
{
    constexpr std::size_t files = 3 * reason_collector::most_texts;
    const auto word = [](std::size_t number) {
        std::string result;
        for (; number != 0 || result.empty(); number /= 26)
            result += static_cast<char>('a' + number % 26);
        return result;
    };
    reason_collector collector;
    for (std::size_t i = 0; i < files; ++i)
        collector.add("a.pdf", "Bucket " + word(i) + " was not found");

    std::uint64_t counted = 0;
    for (const auto& each : collector.find().reasons)
        counted += each.failed_files;

    BOOST_TEST(counted == files);
    BOOST_TEST(collector.find().reasons.front().text == "Bucket <*> was not found");
    BOOST_TEST(collector.find().reasons.front().failed_files == files);
}

BOOST_AUTO_TEST_SUITE_END()
