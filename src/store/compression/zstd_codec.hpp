#pragma once

#include "store/compression/member_codec.hpp"

#include <memory>

namespace jobaudit::store {

/// Zstandard (RFC 8878): a part of an XXH64 ends each frame. Throw std::bad_alloc.
[[nodiscard]] std::unique_ptr<member_encoder> make_zstd_encoder();
[[nodiscard]] std::unique_ptr<member_decoder> make_zstd_decoder();

}  // namespace jobaudit::store
