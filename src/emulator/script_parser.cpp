#include <jobaudit/emulator/script.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace jobaudit::emulator {

namespace {

namespace json = boost::json;

// Where in the script something stands, for messages: `"*", step 2, "status"`.
using place = std::string;

[[noreturn]] void refuse(const place& where, const std::string& problem)
{
    throw script_error{"script: " + (where.empty() ? problem : where + ": " + problem)};
}

std::string in_quotes(std::string_view text) { return '"' + std::string{text} + '"'; }

std::string text_of(const json::value& value, const place& where)
{
    if (!value.is_string())
        refuse(where, "must be a string");
    return std::string{value.get_string().data(), value.get_string().size()};
}

std::uint64_t count_of(const json::value& value, const place& where)
{
    if (value.is_int64() && value.get_int64() >= 0)
        return static_cast<std::uint64_t>(value.get_int64());
    if (value.is_uint64())
        return value.get_uint64();
    refuse(where, "must be a whole number, 0 or more");
}

std::chrono::nanoseconds seconds_of(const json::value& value, const place& where)
{
    constexpr double longest = 1e6;
    if (!value.is_number() || value.to_number<double>() < 0 || value.to_number<double>() > longest)
        refuse(where, "must be a number of seconds, 0 to 1000000");
    return std::chrono::nanoseconds{std::llround(value.to_number<double>() * 1e9)};
}

int checked_status(std::uint64_t status, const place& where)
{
    if (status < 200 || status > 599)
        refuse(where, "the status must lie between 200 and 599");
    return static_cast<int>(status);
}

fault checked_fault(std::string_view name, const place& where)
{
    if (const auto found = parse_fault(name))
        return *found;
    std::string all;
    for (std::size_t i = 1; i < fault_count; ++i)
        all += (i == 1 ? "" : ", ") + std::string{to_string(static_cast<fault>(i))};
    refuse(where, "there is no fault " + in_quotes(name) + "; there are: " + all);
}

int digit_of(char character, const place& where)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    refuse(where, "must be pairs of hexadecimal digits");
}

std::string bytes_of(const std::string& hex, const place& where)
{
    if (hex.size() % 2 != 0)
        refuse(where, "must be pairs of hexadecimal digits");
    std::string result;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        result += static_cast<char>(digit_of(hex[i], where) * 16 + digit_of(hex[i + 1], where));
    return result;
}

void read_headers(const json::value& value, const place& where, step& into)
{
    if (!value.is_object())
        refuse(where, "must be an object of names and values");
    for (const auto& [name, text] : value.get_object())
        into.headers.emplace_back(std::string{name.data(), name.size()},
                                  text_of(text, where + ", " + in_quotes({name.data(), name.size()})));
}

void read_retry_after(const json::value& value, const place& where, step& into)
{
    into.retry_after = value.is_string() ? text_of(value, where) : std::to_string(count_of(value, where));
}

void read_date(const json::value& value, const place& where, step& into)
{
    if (!value.is_int64())
        refuse(where, "must be a whole number of seconds from now");
    into.retry_after_date = value.get_int64();
}

void read_flag(const json::value& value, const place& where, step& into)
{
    if (!value.is_bool())
        refuse(where, "must be true or false");
    into.keep_open = value.get_bool();
}

void read_framing(const json::value& value, const place& where, step& into)
{
    const auto found = parse_framing(text_of(value, where));
    if (!found)
        refuse(where, "must be one of automatic, length, chunked, gzip, close");
    into.framing = *found;
}

void read_status(const json::value& value, const place& where, step& into)
{
    into.status = checked_status(count_of(value, where), where);
}

void read_body(const json::value& value, const place& where, step& into)
{
    into.body = value.is_string() ? text_of(value, where) : json::serialize(value);
}

void read_records(const json::value& value, const place& where, step& into) { into.records = count_of(value, where); }

void read_fault(const json::value& value, const place& where, step& into)
{
    into.fault = checked_fault(text_of(value, where), where);
}

void read_duration(const json::value& value, const place& where, step& into)
{
    into.duration = seconds_of(value, where);
}

void read_delay(const json::value& value, const place& where, step& into) { into.delay = seconds_of(value, where); }

void read_raw(const json::value& value, const place& where, step& into) { into.raw = text_of(value, where); }

void read_raw_hex(const json::value& value, const place& where, step& into)
{
    into.raw = bytes_of(text_of(value, where), where);
}

struct member {
    std::string_view name;
    void (*read)(const json::value&, const place&, step&);
};

constexpr member members[] = {
    {"status", read_status},
    {"body", read_body},
    {"records", read_records},
    {"headers", read_headers},
    {"retry_after", read_retry_after},
    {"retry_after_date", read_date},
    {"framing", read_framing},
    {"fault", read_fault},
    {"seconds", read_duration},
    {"delay", read_delay},
    {"raw", read_raw},
    {"raw_hex", read_raw_hex},
    {"keep_open", read_flag},
};

step read_object(const json::object& object, const place& where)
{
    step result;
    for (const auto& [key, value] : object) {
        const std::string_view name{key.data(), key.size()};
        const auto* found =
            std::find_if(std::begin(members), std::end(members), [&](const member& one) { return one.name == name; });
        if (found == std::end(members)) {
            std::string all;
            for (const auto& one : members)
                all += (all.empty() ? "" : ", ") + std::string{one.name};
            refuse(where, "there is no member " + in_quotes(name) + "; there are: " + all);
        }
        found->read(value, where + ", " + in_quotes(name), result);
    }
    return result;
}

step read_word(const std::string& word, const place& where)
{
    step result;
    if (word == "ok")
        return result;
    if (word == "pass") {
        result.pass = true;
        return result;
    }
    std::uint64_t status = 0;
    const auto* end = word.data() + word.size();
    if (const auto [stopped, problem] = std::from_chars(word.data(), end, status);
        problem == std::errc{} && stopped == end)
        result.status = checked_status(status, where);
    else
        result.fault = checked_fault(word, where);
    return result;
}

step read_step(const json::value& value, const place& where)
{
    if (value.is_string())
        return read_word(text_of(value, where), where);
    if (value.is_number()) {
        step result;
        read_status(value, where, result);
        return result;
    }
    if (!value.is_object())
        refuse(where, R"(a step is "ok", a status, the name of a fault, or an object)");
    return read_object(value.get_object(), where);
}

// Of a job or of the list: there is nothing else that a request could be left to.
step read_own_step(const json::value& value, const place& where)
{
    auto result = read_step(value, where);
    if (result.pass)
        refuse(where, R"("pass" has a meaning in a sequence alone)");
    return result;
}

std::vector<step> read_steps(const json::value& value, const place& where)
{
    if (!value.is_array())
        return {read_own_step(value, where)};
    if (value.get_array().empty())
        refuse(where, "the list of steps is empty");
    std::vector<step> result;
    for (const auto& one : value.get_array())
        result.push_back(read_own_step(one, where + ", step " + std::to_string(result.size() + 1)));
    return result;
}

std::pair<std::uint64_t, std::uint64_t> read_range(std::string_view text, const place& where)
{
    const auto number = [&](std::string_view part) {
        std::uint64_t result = 0;
        const auto* end = part.data() + part.size();
        const auto [stopped, problem] = std::from_chars(part.data(), end, result);
        if (problem != std::errc{} || stopped != end || result == 0)
            refuse(where, "must be the number of a request, from 1, or a range as in 100-199");
        return result;
    };
    const auto dash = text.find('-');
    const auto first = number(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
    if (last < first)
        refuse(where, "the range ends before it begins");
    return {first, last};
}

std::vector<sequence_entry> read_sequence(const json::value& value)
{
    std::vector<sequence_entry> result;
    const place where = in_quotes("sequence");
    if (value.is_object()) {
        for (const auto& [key, one] : value.get_object()) {
            const auto here = where + ", " + in_quotes({key.data(), key.size()});
            const auto [first, last] = read_range({key.data(), key.size()}, here);
            result.push_back({first, last, read_step(one, here)});
        }
        return result;
    }
    if (!value.is_array())
        refuse(where, "must be a list of steps, or an object of numbers and steps");
    std::uint64_t number = 0;
    for (const auto& one : value.get_array()) {
        ++number;
        result.push_back({number, number, read_step(one, where + ", step " + std::to_string(number))});
    }
    return result;
}

// A parser's own words would be those of a library; the line is what helps to find the place.
json::value parse_json(std::string_view text)
{
    json::stream_parser parser;
    boost::system::error_code failed;
    const auto read = parser.write(text.data(), text.size(), failed);
    if (!failed)
        parser.finish(failed);
    if (failed) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(read), '\n');
        refuse("line " + std::to_string(line), "this is not valid JSON");
    }
    return parser.release();
}

}  // namespace

script parse_script(std::string_view text)
{
    const auto document = parse_json(text);
    if (!document.is_object())
        refuse("", R"(must be a JSON object whose keys are job IDs, "*", "list" or "sequence")");
    script result;
    for (const auto& [key, value] : document.get_object()) {
        const std::string_view name{key.data(), key.size()};
        if (name == "sequence")
            result.sequence = read_sequence(value);
        else if (name == "*")
            result.every_job = read_steps(value, in_quotes(name));
        else if (name == "list")
            result.list = read_steps(value, in_quotes(name));
        else if (const auto job = job_id::parse(name))
            result.jobs[*job] = read_steps(value, in_quotes(name));
        else
            refuse(in_quotes(name), R"(is neither a job ID nor one of "*", "list", "sequence")");
    }
    return result;
}

}  // namespace jobaudit::emulator
