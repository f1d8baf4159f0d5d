#pragma once

#include "emulator/gzip_encoder.hpp"
#include "net/base64.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::test {

inline std::string each_as(std::string_view text, const char* format)
{
    std::string all;
    for (const char c : text) {
        char spelt[16];
        std::snprintf(spelt, sizeof spelt, format, static_cast<unsigned>(c));
        all += spelt;
    }
    return all;
}

inline std::string in_case(std::string text, int (*to)(int))
{
    std::ranges::transform(text, text.begin(), [to](unsigned char c) { return static_cast<char>(to(c)); });
    return text;
}

inline std::string with_escaped_slashes(std::string_view text)
{
    std::string escaped;
    for (const char c : text)
        (escaped += c == '/' ? "\\" : "") += c;
    return escaped;
}

/// How text may be written where JSON, HTML and URLs allow it; each may stand within a JSON string.
inline std::vector<std::string> spellings_of(const std::string& text)
{
    return {text,
            in_case(text, std::tolower),
            in_case(text, std::toupper),
            with_escaped_slashes(text),
            each_as(text, "\\u%04x"),
            each_as(text, "\\u%04X"),
            each_as(text, "\\\\u%04x"),
            each_as(text, "%%%02x"),
            each_as(text, "%%%02X"),
            each_as(text, "&#%u;"),
            each_as(text, "&#x%x;")};
}

/// The same, and what encodings make of a text that holds it, whatever stands before it.
inline std::vector<std::string> encodings_of(const std::string& text)
{
    auto all = spellings_of(text);
    all.push_back(each_as(text, "%02x"));
    for (const auto* before : {"", "x", "xy"}) {
        auto encoded = net::base64(before + text);
        all.push_back(encoded);
        std::ranges::replace(encoded, '+', '-');
        std::ranges::replace(encoded, '/', '_');
        all.push_back(std::move(encoded));
    }
    return all;
}

/// Of base64, the front that what follows does not change.
inline std::string without_padding(std::string text)
{
    if (text.ends_with('='))
        text.resize(text.find('=') - 1);
    return text;
}

/// Whether a text shows more than eight characters of a secret's beginning, in any spelling and letter case.
inline bool gives_away(const std::string& text, const std::string& secret)
{
    const auto lowered = in_case(text, std::tolower);
    return std::ranges::any_of(encodings_of(secret.substr(0, 9)), [&](const std::string& spelt) {
        return lowered.find(in_case(without_padding(spelt), std::tolower)) != std::string::npos;
    });
}

/// Answers that repeat a secret in every place that an answer has.
class echoed_secret {
public:
    explicit echoed_secret(std::string secret) : secret_{std::move(secret)}
    {
        add_json();
        add_statuses();
        add_cuts();
        add_fields();
        add_broken_framing();
        add_codings();
    }

    [[nodiscard]] const std::vector<std::string>& replies() const noexcept { return replies_; }

    /// Of a refusal that ends a batch.
    [[nodiscard]] std::vector<std::string> last_words() const
    {
        std::vector<std::string> all;
        for (const char* status : {"401 No ", "402 No ", "500 No "})
            for (const auto& spelt : encodings_of(secret_))
                all.push_back(reply(status + secret_, "application/json",
                                    R"({"detail":"error verifying token )" + spelt + R"(, Bearer )" + spelt + R"("})"));
        return all;
    }

private:
    static std::string reply(const std::string& status, const std::string& fields, const std::string& type,
                             const std::string& body)
    {
        return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Type: " + type +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static std::string reply(const std::string& status, const std::string& type, const std::string& body)
    {
        return reply(status, "", type, body);
    }

    void add(const std::string& status, const std::string& body, const std::string& type = "application/json")
    {
        replies_.push_back(reply(status, type, body));
    }

    void add_json()
    {
        for (const auto& spelt : encodings_of(secret_)) {
            const auto text = '"' + spelt + '"';
            add("422 Unprocessable", R"({"detail":[{"loc":["header",)" + text + R"(],"msg":"m","type":"t"}]})");
            add("422 Unprocessable", R"({"detail":[{"loc":[],"msg":)" + text + R"(,"type":"t"}]})");
            add("422 Unprocessable", R"({"detail":[{"loc":[],"msg":"m","type":)" + text + "}]}");
            add("422 Unprocessable", R"({"detail":[{"loc":[],"msg":"m","type":"t","input":)" + text + R"(,"ctx":{)" +
                                         text + R"(:1},"url":)" + text + "}]}");
            add("422 Unprocessable", R"({"detail":)" + text + "}");
            add("404 Not Found", R"({"detail":{"key":)" + text + "}}");
            add("403 Forbidden", R"({"code":)" + text + R"(,"message":)" + text + "}");
            add("400 Bad Request", R"({"title":)" + text + R"(,"error":)" + text + "}");
            add("409 Conflict", '[' + text + ']');
            add("418 Teapot", "{" + text + ":1}");
            add("200 OK", R"({"wrong":)" + text + "}");
            add("200 OK", R"({"detail":)" + text + "}");
            add("200 OK", R"({"failed_files":)" + text + "}");
            add("200 OK", text);
            add("200 OK", R"({"failed_files":[{"document":1,)" + text + ":2}]}");
            add("410 Gone", "<h1>Gone</h1><p>" + spelt + "</p>", "text/html");
            add("451 Gone", "no " + spelt + " here", "text/plain");
            add("200 OK", "<html>" + spelt, "text/html");
        }
    }

    void add_statuses()
    {
        for (const char* status : {"302", "400", "403", "404", "408", "422", "429", "499", "501", "502", "503", "504",
                                   "505", "520", "529", "530", "599"}) {
            add(std::string{status} + " No " + secret_, "");
            add(std::string{status} + ' ' + secret_, R"({"detail":"no )" + secret_ + R"("})");
        }
    }

    /// Around the places at which texts are cut.
    void add_cuts()
    {
        for (std::size_t before = 440; before <= 502; before += 2) {
            add("403 Forbidden", R"({"detail":")" + std::string(before, 'x') + ' ' + secret_ + R"("})");
            add("410 Gone", std::string(before - 250, 'x') + ' ' + secret_, "text/plain");
        }
        // Split by what is taken out of a text, or told as something else.
        for (const char* between : {"<b>", "\n", "\x01", "\xe2\x80\xae", "\xff", "\\u0000"})
            add("403 Forbidden", secret_.substr(0, 20) + between + secret_.substr(20), "text/html");
    }

    void add_fields()
    {
        for (const auto* name : {"Location", "Server", "Via", "Set-Cookie", "WWW-Authenticate", "Date", "Connection",
                                 "RateLimit", "X-Request-ID", "Content-Encoding", "Transfer-Encoding", "Retry-After"})
            for (const char* status : {"200 OK", "307 Temporary Redirect", "403 Forbidden"})
                replies_.push_back(
                    reply(status, std::string{name} + ": " + secret_ + "\r\n", "application/json", "{}"));
        add("403 Forbidden", "{}", secret_);
        add("200 OK", "{}", "text/html; charset=" + secret_);
        replies_.push_back("HTTP/1.1 103 Early Hints\r\nLink: " + secret_ + "\r\n\r\n" +
                           reply("403 Forbidden", "text/plain", secret_));
    }

    void add_broken_framing()
    {
        const std::string chunked = "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n";
        replies_.insert(replies_.end(), {
                                            chunked + "4;key=" + secret_ + "\r\nnono\r\n0\r\n\r\n",
                                            chunked + "4\r\nnono\r\n0\r\nX-Trailer: " + secret_ + "\r\n\r\n",
                                            chunked + secret_ + "\r\nnono\r\n0\r\n\r\n",
                                            chunked + "4\r\nnono" + secret_ + "\r\n0\r\n\r\n",
                                            secret_ + "\r\n\r\n",
                                            "HTTP/" + secret_ + " 200 OK\r\n\r\n",
                                            "HTTP/1.1 " + secret_ + "\r\n\r\n",
                                            "HTTP/1.1 200 OK\r\n" + secret_ + "\r\n\r\n",
                                            "HTTP/1.1 200 OK\r\n" + secret_ + ": 1\r\n\r\n",
                                            "HTTP/1.1 200 OK\r\nContent-Length: " + secret_ + "\r\n\r\n",
                                            "HTTP/1.1 200 OK\r\nX: 1\r\n " + secret_ + "\r\n\r\n",
                                            reply("403 Forbidden", "text/plain", "no") + secret_,
                                        });
    }

    void add_codings()
    {
        for (const auto& body : {R"({"detail":")" + secret_ + R"("})", secret_}) {
            std::string packed;
            emulator::gzip_encoder{}.add(body, true, packed);
            for (const char* status : {"200 OK", "403 Forbidden"})
                for (const auto& sent : {packed, packed.substr(0, packed.size() - 9) + secret_})
                    replies_.push_back(reply(status, "Content-Encoding: gzip\r\n", "application/json", sent));
        }
    }

    std::string secret_;
    std::vector<std::string> replies_;
};

}  // namespace jobaudit::test
