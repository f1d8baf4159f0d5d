#pragma once

#include "store/compression/member_codec.hpp"

#include <memory>

namespace jobaudit::store {

/// gzip (RFC 1952) by zlib: a CRC-32 and the size end each member. Throw std::bad_alloc.
[[nodiscard]] std::unique_ptr<member_encoder> make_gzip_encoder();
[[nodiscard]] std::unique_ptr<member_decoder> make_gzip_decoder();

}  // namespace jobaudit::store
