#include "reply_bytes.hpp"

#include <algorithm>
#include <cstdio>

namespace jobaudit::simulation {

namespace {

[[nodiscard]] std::string document_name(std::uint64_t number) { return "file " + std::to_string(number) + ".pdf"; }

[[nodiscard]] std::string http_date(protocol::wall_time moment)
{
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02ld:%02ld:%02ld GMT",
                  days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                  months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()), time.hours().count(),
                  time.minutes().count(), time.seconds().count());
    return text.data();
}

[[nodiscard]] std::string listed_files(std::uint32_t job)
{
    std::string body = R"({"job":"x","failed_files":[)";
    for (std::uint32_t i = 0; i < failed_files_of(job); ++i)
        body += (i == 0 ? "" : ",") + std::string{R"({"document":")"} + document_name(i) +
                R"(","error":"broke \u00e9 \n"})";
    return body + R"(],"more":[1,{"a":null}]})";
}

[[nodiscard]] std::string malformed_body(policy::random_source& random)
{
    switch (random.next() % 4) {
    case 0:
        return {};
    case 1:
        return R"({"detail":"try later"})";
    case 2:
        return R"({"failed_files":[{"document":"a"}]})";
    default:
        return R"({"failed_files":[{"document":"a","error")";
    }
}

[[nodiscard]] std::string body_of(const reply& from, std::uint32_t job, policy::random_source& random)
{
    switch (from.what) {
    case reply_kind::malformed:
        return malformed_body(random);
    case reply_kind::not_found:
        return R"({"detail":"Job not found"})";
    case reply_kind::validation:
        return R"({"detail":[{"loc":["path","job_id"],"msg":"bad","type":"uuid"}]})";
    case reply_kind::bad_gateway:
        return "<html><h1>502 Bad Gateway</h1></html>";
    case reply_kind::throttled:
    case reply_kind::unavailable:
        if (from.how == hint::body)
            return R"({"detail":"slow down","retry_after":)" +
                   (from.asked ? std::to_string(from.asked->count()) : R"("soon")") + "}";
        return R"({"detail":"slow down"})";
    case reply_kind::ok:
    case reply_kind::cut:
        return listed_files(job);
    default:
        return R"({"detail":"no"})";
    }
}

[[nodiscard]] std::string hint_field(const reply& from)
{
    if (from.how != hint::seconds && from.how != hint::date)
        return {};
    if (!from.asked)
        return "Retry-After: soon\r\n";
    return "Retry-After: " +
           (from.how == hint::seconds ? std::to_string(from.asked->count()) : http_date(from.date + *from.asked)) +
           "\r\n";
}

[[nodiscard]] std::string chunked(std::string_view body, policy::random_source& random)
{
    std::string text;
    while (!body.empty()) {
        const auto size = std::min<std::size_t>(body.size(), 1 + random.next() % 40);
        std::array<char, 24> line{};
        std::snprintf(line.data(), line.size(), "%zx\r\n", size);
        text.append(line.data()).append(body.substr(0, size)).append("\r\n");
        body.remove_prefix(size);
    }
    return text + "0\r\n\r\n";
}

}  // namespace

std::uint32_t failed_files_of(std::uint32_t job) noexcept { return job % 5; }

wire_reply written(const reply& from, std::uint32_t job, policy::random_source& random)
{
    wire_reply result;
    if (from.what == reply_kind::nonsense) {
        static constexpr std::array<const char*, 4> bad{
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "SSH-2.0-OpenSSH_9.2\r\n",
            "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"};
        return {bad[random.next() % bad.size()], true};
    }
    const int status = from.what == reply_kind::cut ? 200 : facts_of(from, from.date).status;
    const std::string body = body_of(from, job, random);
    auto& text = result.text;
    if (random.next() % 16 == 0)
        text += "HTTP/1.1 103 Early Hints\r\n\r\n";
    text += "HTTP/1.1 " + std::to_string(status) + " Some Words\r\n" + hint_field(from);
    if (from.dated)
        text += "Date: " + http_date(from.date) + "\r\n";
    result.ends_connection = random.next() % 10 == 0;
    if (result.ends_connection)
        text += "Connection: close\r\n";
    switch (random.next() % (result.ends_connection && from.what != reply_kind::cut ? 3 : 2)) {
    case 0:
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        break;
    case 1:
        text += "Transfer-Encoding: chunked\r\n\r\n" + chunked(body, random);
        break;
    default:
        text += "\r\n" + body;
        break;
    }
    return result;
}

error_code reply_reading::on_body(std::string_view bytes)
{
    body_.append(bytes);
    if (status_ == 200 && !body_error_)
        body_error_ = files_.write(bytes);
    return {};
}

void reply_reading::on_records(std::span<const failed_file_view> records)
{
    for (const auto& each : records)
        wrong_records_ = wrong_records_ || each.document != document_name(seen_++);
}

// Each piece is shown behind what the reader has left of the earlier ones, as a connection's buffer does.
error_code reply_reading::feed(std::string_view text, policy::random_source& random)
{
    const std::size_t longest = random.next() % 4 == 0 ? 1 : random.next() % 2 == 0 ? 16 : 4096;
    std::size_t from = 0;
    for (std::size_t until = 0; until < text.size() && !response_.complete();) {
        until = std::min(text.size(), until + 1 + random.next() % longest);
        for (;;) {
            const auto step = response_.put(text.substr(from, until - from));
            from += step.consumed;
            if (step.error)
                return step.error;
            if (step.consumed == 0 || response_.complete())
                break;
        }
    }
    return {};
}

reply_reading::result reply_reading::read(const wire_reply& sent, std::size_t arriving, protocol::wall_time client_time,
                                          policy::random_source& random)
{
    response_.begin(*this);
    files_.begin(*this);
    body_.clear();
    body_error_ = {};
    status_ = 0;
    seen_ = 0;
    wrong_records_ = false;

    auto error = feed(std::string_view{sent.text}.substr(0, arriving), random);
    if (!error && !response_.complete())
        error = response_.end_of_stream();

    result read;
    read.started = response_.started();
    if (error) {
        read.verdict = protocol::judge_failure(error, response_.problem());
        return read;
    }
    read.reusable = response_.head().keep_alive;
    if (status_ == 200 && !body_error_)
        body_error_ = files_.finish();
    read.verdict = protocol::judge_response(response_.head(), body_, body_error_, files_.problem(), client_time);
    read.records = files_.records();
    read.wrong_records = wrong_records_;
    return read;
}

}  // namespace jobaudit::simulation
