#include "emulator/platform_api.hpp"

namespace jobaudit::emulator {

namespace {

using namespace std::string_view_literals;

void replace_body(reply& into, std::string_view body)
{
    into.status = 200;
    into.more = nullptr;
    into.body = body;
}

void cut_body(reply& into)
{
    if (into.more) {
        (void)into.more(into.body);
        into.more = nullptr;
    }
    into.body.resize(into.body.size() / 2);
}

void redirect(const request& asked, reply& into)
{
    into.status = 307;
    into.more = nullptr;
    into.body.clear();
    const auto path = asked.path();
    std::string target{path};
    if (path == "/api/v1/jobs")
        target += '/';
    target += std::string_view{asked.target}.substr(path.size());
    into.add_field("Location", "http://" + asked.host + target);
}

}  // namespace

void spoil_content(const request& asked, reply& into)
{
    switch (into.fault) {
    case fault::empty_body:
        return replace_body(into, "");
    case fault::detail_body:
        return replace_body(into, R"({"detail":"Something went wrong on our side."})");
    case fault::invalid_utf8:
        return replace_body(into, "{\"failed_files\":[{\"document\":\"\xc3\x28\xff.pdf\",\"error\":\"\xe2\x82\"}]}"sv);
    case fault::corrupted_gzip:
        return replace_body(into, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xffthis is not a deflate stream"sv);
    case fault::cut_json:
        return cut_body(into);
    case fault::redirect:
        return redirect(asked, into);
    default:
        return;
    }
}

}  // namespace jobaudit::emulator
