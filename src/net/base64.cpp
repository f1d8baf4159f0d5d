#include "net/base64.hpp"

#include <openssl/evp.h>

namespace jobaudit::net {

std::string base64(std::string_view bytes)
{
    // EVP_EncodeBlock() ends its text with a null character.
    std::string encoded((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const auto size =
        ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                          reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    encoded.resize(static_cast<std::size_t>(size));
    return encoded;
}

}  // namespace jobaudit::net
