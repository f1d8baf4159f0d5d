#include "store/compression/zstd_codec.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <new>

namespace jobaudit::store {

namespace {

struct deleter {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

class zstd_encoder final : public member_encoder {
public:
    zstd_encoder()
    {
        if (!context_ || is_error(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1)))
            throw std::bad_alloc{};
        // What a frame needs is allocated with the first, and kept.
        std::array<char, 64> empty_frame;
        if (!step({}, empty_frame, ZSTD_e_end).ended)
            throw std::bad_alloc{};
    }

    coded encode(std::string_view text, std::span<char> into) noexcept override
    {
        auto done = step(text, into, ZSTD_e_continue);
        done.ended = false;
        return done;
    }

    coded end(std::span<char> into) noexcept override { return step({}, into, ZSTD_e_end); }

private:
    [[nodiscard]] static bool is_error(std::size_t result) noexcept { return ZSTD_isError(result) != 0; }

    [[nodiscard]] coded step(std::string_view text, std::span<char> into, ZSTD_EndDirective how) noexcept
    {
        ZSTD_inBuffer input{text.data(), text.size(), 0};
        ZSTD_outBuffer output{into.data(), into.size(), 0};
        const auto left = ZSTD_compressStream2(context_.get(), &output, &input, how);
        return {input.pos, output.pos, left == 0};
    }

    std::unique_ptr<ZSTD_CCtx, deleter> context_{ZSTD_createCCtx()};
};

class zstd_decoder final : public member_decoder {
public:
    zstd_decoder()
    {
        if (!context_)
            throw std::bad_alloc{};
    }

    coded decode(std::string_view bytes, std::span<char> into) override
    {
        ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
        ZSTD_outBuffer output{into.data(), into.size(), 0};
        const auto left = ZSTD_decompressStream(context_.get(), &output, &input);
        if (ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
            throw std::bad_alloc{};
        if (ZSTD_isError(left) != 0)
            throw decoding_error{ZSTD_getErrorName(left)};
        return {input.pos, output.pos, left == 0 && input.pos + output.pos > 0};
    }

private:
    std::unique_ptr<ZSTD_DCtx, deleter> context_{ZSTD_createDCtx()};
};

}  // namespace

std::unique_ptr<member_encoder> make_zstd_encoder() { return std::make_unique<zstd_encoder>(); }

std::unique_ptr<member_decoder> make_zstd_decoder() { return std::make_unique<zstd_decoder>(); }

}  // namespace jobaudit::store
