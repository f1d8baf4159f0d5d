#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::emulator {

/// Compresses a stream piece by piece to gzip (RFC 1952), with a small window: about 50 KB of memory.
class gzip_encoder {
public:
    /// Throws std::bad_alloc.
    gzip_encoder();
    gzip_encoder(gzip_encoder&&) noexcept;
    gzip_encoder& operator=(gzip_encoder&&) noexcept;
    ~gzip_encoder();

    /// Appends what is ready of the compressed stream; all of the rest, when `is_last`.
    void add(std::string_view piece, bool is_last, std::string& out);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace jobaudit::emulator
