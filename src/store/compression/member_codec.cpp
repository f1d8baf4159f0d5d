#include "store/compression/member_codec.hpp"

#include "store/compression/gzip_codec.hpp"
#include "store/compression/zstd_codec.hpp"

namespace jobaudit::store {

std::unique_ptr<member_encoder> make_encoder(compression kind)
{
    return kind == compression::gzip ? make_gzip_encoder() : make_zstd_encoder();
}

std::unique_ptr<member_decoder> make_decoder(compression kind)
{
    return kind == compression::gzip ? make_gzip_decoder() : make_zstd_decoder();
}

}  // namespace jobaudit::store
