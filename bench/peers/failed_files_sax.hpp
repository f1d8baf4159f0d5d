#pragma once

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bench {

/// A typed record, as each peer has to build it.
struct failed_file {
    std::string document;
    std::string error;
};

/// Builds each failed_file of a body that comes in pieces, one after the other in the same storage, with Boost.JSON's
/// event parser: no document tree.
class failed_files_sax {
public:
    failed_files_sax() : parser_{boost::json::parse_options{}} {}

    void begin()
    {
        parser_.reset();
        parser_.handler().begin();
    }

    /// Where the next bytes are best read to.
    [[nodiscard]] static std::span<char> place(std::span<char> buffer, std::size_t) noexcept { return buffer; }

    void feed(const char* data, std::size_t size)
    {
        boost::system::error_code error;
        if (parser_.write_some(true, data, size, error) != size || error)
            throw std::runtime_error{"no JSON: " + error.message()};
    }

    /// The number of records in the body that has been fed.
    std::size_t end()
    {
        boost::system::error_code error;
        parser_.write_some(false, nullptr, 0, error);
        if (error)
            throw std::runtime_error{"JSON is cut short: " + error.message()};
        return parser_.handler().records;
    }

private:
    struct handler {
        static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
        static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
        static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
        static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

        using error_code = boost::system::error_code;
        using string_view = boost::json::string_view;

        failed_file record;
        std::size_t records = 0;
        std::string* value = nullptr;
        std::string key_text;
        std::size_t depth = 0;
        bool in_list = false;

        void begin()
        {
            records = 0;
            value = nullptr;
            key_text.clear();
            depth = 0;
            in_list = false;
        }

        bool on_document_begin(error_code&) { return true; }
        bool on_document_end(error_code&) { return true; }

        bool on_object_begin(error_code&)
        {
            if (++depth == 2) {
                record.document.clear();
                record.error.clear();
            }
            return true;
        }
        bool on_object_end(std::size_t, error_code&)
        {
            if (--depth == 1 && in_list && !record.document.empty() && !record.error.empty())
                ++records;
            return true;
        }

        bool on_array_begin(error_code&)
        {
            if (depth == 1 && key_text == "failed_files")
                in_list = true;
            return true;
        }
        bool on_array_end(std::size_t, error_code&)
        {
            if (depth == 1)
                in_list = false;
            return true;
        }

        bool on_key_part(string_view part, std::size_t size, error_code&)
        {
            if (size == part.size())
                key_text.clear();
            key_text.append(part.data(), part.size());
            return true;
        }
        bool on_key(string_view part, std::size_t size, error_code& error)
        {
            on_key_part(part, size, error);
            value = nullptr;
            if (in_list && depth == 2)
                value = key_text == "document" ? &record.document : key_text == "error" ? &record.error : nullptr;
            return true;
        }

        bool on_string_part(string_view part, std::size_t, error_code&)
        {
            if (value)
                value->append(part.data(), part.size());
            return true;
        }
        bool on_string(string_view part, std::size_t size, error_code& error)
        {
            on_string_part(part, size, error);
            value = nullptr;
            return true;
        }

        bool on_number_part(string_view, error_code&) { return true; }
        bool on_int64(std::int64_t, string_view, error_code&) { return true; }
        bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
        bool on_double(double, string_view, error_code&) { return true; }
        bool on_bool(bool, error_code&) { return true; }
        bool on_null(error_code&) { return true; }
        bool on_comment_part(string_view, error_code&) { return true; }
        bool on_comment(string_view, error_code&) { return true; }
    };

    boost::json::basic_parser<handler> parser_;
};

}  // namespace bench
