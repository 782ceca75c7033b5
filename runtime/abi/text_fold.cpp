// Letters folded for searching: case and accents taken off, by tables drawn from the Unicode character database (canonical
// decomposition and case folding) for Latin, Greek, Cyrillic and Armenian, and wide Latin. Letters that are no accented
// form but are searched as one (ø, ł, đ, æ, ß, þ) are in it too. Every other letter is itself.
// Tested by tests/unit/text_format/search_test.cpp.
#include "runtime/abi/text_search.h"

#include <algorithm>
#include <vector>

#include "runtime/abi/utf8.h"

namespace wend {
namespace {

struct Row { const char* folded; const char* letters; };
constexpr Row kRows[] = {
    {"0", "０"}, {"1", "１"}, {"2", "２"}, {"3", "３"}, {"4", "４"}, {"5", "５"}, {"6", "６"}, {"7", "７"}, {"8", "８"},
    {"9", "９"}, {"a", "ÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặＡａ"}, {"ae", "ÆæǢǣǼǽ"}, {"aʾ", "ẚ"},
    {"b", "ḂḃḄḅḆḇＢｂ"}, {"c", "ÇçĆćĈĉĊċČčḈḉＣｃ"}, {"d", "ÐðĎďĐđḊḋḌḍḎḏḐḑḒḓＤｄ"},
    {"e", "ÈÉÊËèéêëĒēĔĕĖėĘęĚěȄȅȆȇȨȩḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệＥｅ"}, {"f", "ḞḟＦｆ"}, {"ff", "ﬀ"}, {"ffi", "ﬃ"},
    {"ffl", "ﬄ"}, {"fi", "ﬁ"}, {"fl", "ﬂ"}, {"g", "ĜĝĞğĠġĢģǦǧǴǵḠḡＧｇ"}, {"h", "ĤĥĦħȞȟḢḣḤḥḦḧḨḩḪḫẖＨｈ"},
    {"i", "ÌÍÎÏìíîïĨĩĪīĬĭĮįİıǏǐȈȉȊȋḬḭḮḯỈỉỊịＩｉ"}, {"j", "ĴĵǰＪｊ"}, {"k", "ĶķǨǩḰḱḲḳḴḵＫｋ"}, {"l", "ĹĺĻļĽľŁłḶḷḸḹḺḻḼḽＬｌ"},
    {"m", "ḾḿṀṁṂṃＭｍ"}, {"n", "ÑñŃńŅņŇňŊŋǸǹṄṅṆṇṈṉṊṋＮｎ"},
    {"o", "ÒÓÔÕÖØòóôõöøŌōŎŏŐőƠơǑǒǪǫǬǭǾǿȌȍȎȏȪȫȬȭȮȯȰȱṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợＯｏ"}, {"oe", "Œœ"},
    {"p", "ṔṕṖṗＰｐ"}, {"q", "Ｑｑ"}, {"r", "ŔŕŖŗŘřȐȑȒȓṘṙṚṛṜṝṞṟＲｒ"}, {"s", "ŚśŜŝŞşŠšſȘșṠṡṢṣṤṥṦṧṨṩẛＳｓ"}, {"ss", "ßẞ"},
    {"st", "ﬅﬆ"}, {"t", "ŢţŤťŦŧȚțṪṫṬṭṮṯṰṱẗＴｔ"}, {"th", "Þþ"},
    {"u", "ÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰựＵｕ"}, {"v", "ṼṽṾṿＶｖ"},
    {"w", "ŴŵẀẁẂẃẄẅẆẇẈẉẘＷｗ"}, {"x", "ẊẋẌẍＸｘ"}, {"y", "ÝýÿŶŷŸȲȳẎẏẙỲỳỴỵỶỷỸỹＹｙ"}, {"z", "ŹźŻżŽžẐẑẒẓẔẕＺｚ"}, {"ĳ", "Ĳ"},
    {"ŀ", "Ŀ"}, {"ƀ", "Ƀ"}, {"ƃ", "Ƃ"}, {"ƅ", "Ƅ"}, {"ƈ", "Ƈ"}, {"ƌ", "Ƌ"}, {"ƒ", "Ƒ"}, {"ƕ", "Ƕ"}, {"ƙ", "Ƙ"},
    {"ƚ", "Ƚ"}, {"ƞ", "Ƞ"}, {"ƣ", "Ƣ"}, {"ƥ", "Ƥ"}, {"ƨ", "Ƨ"}, {"ƭ", "Ƭ"}, {"ƴ", "Ƴ"}, {"ƶ", "Ƶ"}, {"ƹ", "Ƹ"},
    {"ƽ", "Ƽ"}, {"ƿ", "Ƿ"}, {"ǆ", "Ǆǅ"}, {"ǉ", "Ǉǈ"}, {"ǌ", "Ǌǋ"}, {"ǝ", "Ǝ"}, {"ǥ", "Ǥ"}, {"ǳ", "Ǳǲ"}, {"ȝ", "Ȝ"},
    {"ȣ", "Ȣ"}, {"ȥ", "Ȥ"}, {"ȼ", "Ȼ"}, {"ȿ", "Ȿ"}, {"ɀ", "Ɀ"}, {"ɂ", "Ɂ"}, {"ɇ", "Ɇ"}, {"ɉ", "Ɉ"}, {"ɋ", "Ɋ"},
    {"ɍ", "Ɍ"}, {"ɏ", "Ɏ"}, {"ɐ", "Ɐ"}, {"ɑ", "Ɑ"}, {"ɒ", "Ɒ"}, {"ɓ", "Ɓ"}, {"ɔ", "Ɔ"}, {"ɖ", "Ɖ"}, {"ɗ", "Ɗ"},
    {"ə", "Ə"}, {"ɛ", "Ɛ"}, {"ɠ", "Ɠ"}, {"ɣ", "Ɣ"}, {"ɨ", "Ɨ"}, {"ɩ", "Ɩ"}, {"ɫ", "Ɫ"}, {"ɯ", "Ɯ"}, {"ɱ", "Ɱ"},
    {"ɲ", "Ɲ"}, {"ɵ", "Ɵ"}, {"ɽ", "Ɽ"}, {"ʀ", "Ʀ"}, {"ʃ", "Ʃ"}, {"ʈ", "Ʈ"}, {"ʉ", "Ʉ"}, {"ʊ", "Ʊ"}, {"ʋ", "Ʋ"},
    {"ʌ", "Ʌ"}, {"ʒ", "ƷǮǯ"}, {"ʹ", "ʹ"}, {"ʼn", "ŉ"}, {"ͱ", "Ͱ"}, {"ͳ", "Ͳ"}, {"ͷ", "Ͷ"}, {"ͻ", "Ͻ"}, {"ͼ", "Ͼ"},
    {"ͽ", "Ͽ"}, {"α", "ΆΑάἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰάᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺΆᾼ"}, {"β", "Βϐ"}, {"γ", "Γ"}, {"δ", "Δ"},
    {"ε", "ΈΕέϵἐἑἒἓἔἕἘἙἚἛἜἝὲέῈΈ"}, {"ζ", "Ζ"}, {"η", "ΉΗήἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴήᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊΉῌ"}, {"θ", "Θϑϴ"},
    {"ι", "ΊΐΙΪίϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶίιῐῑῒΐῖῗῘῙῚΊ"}, {"κ", "Κϰ"}, {"λ", "Λ"}, {"μ", "µΜ"}, {"ν", "Ν"}, {"ξ", "Ξ"},
    {"ο", "ΌΟόὀὁὂὃὄὅὈὉὊὋὌὍὸόῸΌ"}, {"π", "Πϖ"}, {"ρ", "ΡϱῤῥῬ"}, {"σ", "Σς"}, {"τ", "Τ"},
    {"υ", "ΎΥΫΰϋύὐὑὒὓὔὕὖὗὙὛὝὟὺύῠῡῢΰῦῧῨῩῪΎ"}, {"φ", "Φϕ"}, {"χ", "Χ"}, {"ψ", "Ψ"},
    {"ω", "ΏΩώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼώᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺΏῼ"}, {"ϒ", "ϓϔ"}, {"ϗ", "Ϗ"}, {"ϙ", "Ϙ"}, {"ϛ", "Ϛ"},
    {"ϝ", "Ϝ"}, {"ϟ", "Ϟ"}, {"ϡ", "Ϡ"}, {"ϣ", "Ϣ"}, {"ϥ", "Ϥ"}, {"ϧ", "Ϧ"}, {"ϩ", "Ϩ"}, {"ϫ", "Ϫ"}, {"ϭ", "Ϭ"},
    {"ϯ", "Ϯ"}, {"ϲ", "Ϲ"}, {"ϳ", "Ϳ"}, {"ϸ", "Ϸ"}, {"ϻ", "Ϻ"}, {"а", "АӐӑӒӓ"}, {"б", "Б"}, {"в", "В"}, {"г", "ЃГѓ"},
    {"д", "Д"}, {"е", "ЀЁЕѐёӖӗ"}, {"ж", "ЖӁӂӜӝ"}, {"з", "ЗӞӟ"}, {"и", "ЍИЙйѝӢӣӤӥ"}, {"к", "ЌКќ"}, {"л", "Л"},
    {"м", "М"}, {"н", "Н"}, {"о", "ОӦӧ"}, {"п", "П"}, {"р", "Р"}, {"с", "С"}, {"т", "Т"}, {"у", "ЎУўӮӯӰӱӲӳ"},
    {"ф", "Ф"}, {"х", "Х"}, {"ц", "Ц"}, {"ч", "ЧӴӵ"}, {"ш", "Ш"}, {"щ", "Щ"}, {"ъ", "Ъ"}, {"ы", "ЫӸӹ"}, {"ь", "Ь"},
    {"э", "ЭӬӭ"}, {"ю", "Ю"}, {"я", "Я"}, {"ђ", "Ђ"}, {"є", "Є"}, {"ѕ", "Ѕ"}, {"і", "ІЇї"}, {"ј", "Ј"}, {"љ", "Љ"},
    {"њ", "Њ"}, {"ћ", "Ћ"}, {"џ", "Џ"}, {"ѡ", "Ѡ"}, {"ѣ", "Ѣ"}, {"ѥ", "Ѥ"}, {"ѧ", "Ѧ"}, {"ѩ", "Ѩ"}, {"ѫ", "Ѫ"},
    {"ѭ", "Ѭ"}, {"ѯ", "Ѯ"}, {"ѱ", "Ѱ"}, {"ѳ", "Ѳ"}, {"ѵ", "ѴѶѷ"}, {"ѹ", "Ѹ"}, {"ѻ", "Ѻ"}, {"ѽ", "Ѽ"}, {"ѿ", "Ѿ"},
    {"ҁ", "Ҁ"}, {"ҋ", "Ҋ"}, {"ҍ", "Ҍ"}, {"ҏ", "Ҏ"}, {"ґ", "Ґ"}, {"ғ", "Ғ"}, {"ҕ", "Ҕ"}, {"җ", "Җ"}, {"ҙ", "Ҙ"},
    {"қ", "Қ"}, {"ҝ", "Ҝ"}, {"ҟ", "Ҟ"}, {"ҡ", "Ҡ"}, {"ң", "Ң"}, {"ҥ", "Ҥ"}, {"ҧ", "Ҧ"}, {"ҩ", "Ҩ"}, {"ҫ", "Ҫ"},
    {"ҭ", "Ҭ"}, {"ү", "Ү"}, {"ұ", "Ұ"}, {"ҳ", "Ҳ"}, {"ҵ", "Ҵ"}, {"ҷ", "Ҷ"}, {"ҹ", "Ҹ"}, {"һ", "Һ"}, {"ҽ", "Ҽ"},
    {"ҿ", "Ҿ"}, {"ӄ", "Ӄ"}, {"ӆ", "Ӆ"}, {"ӈ", "Ӈ"}, {"ӊ", "Ӊ"}, {"ӌ", "Ӌ"}, {"ӎ", "Ӎ"}, {"ӏ", "Ӏ"}, {"ӕ", "Ӕ"},
    {"ә", "ӘӚӛ"}, {"ӡ", "Ӡ"}, {"ө", "ӨӪӫ"}, {"ӷ", "Ӷ"}, {"ӻ", "Ӻ"}, {"ӽ", "Ӽ"}, {"ӿ", "Ӿ"}, {"ԁ", "Ԁ"}, {"ԃ", "Ԃ"},
    {"ԅ", "Ԅ"}, {"ԇ", "Ԇ"}, {"ԉ", "Ԉ"}, {"ԋ", "Ԋ"}, {"ԍ", "Ԍ"}, {"ԏ", "Ԏ"}, {"ԑ", "Ԑ"}, {"ԓ", "Ԓ"}, {"ԕ", "Ԕ"},
    {"ԗ", "Ԗ"}, {"ԙ", "Ԙ"}, {"ԛ", "Ԛ"}, {"ԝ", "Ԝ"}, {"ԟ", "Ԟ"}, {"ԡ", "Ԡ"}, {"ԣ", "Ԣ"}, {"ԥ", "Ԥ"}, {"ԧ", "Ԧ"},
    {"ԩ", "Ԩ"}, {"ԫ", "Ԫ"}, {"ԭ", "Ԭ"}, {"ԯ", "Ԯ"}, {"ա", "Ա"}, {"բ", "Բ"}, {"գ", "Գ"}, {"դ", "Դ"}, {"ե", "Ե"},
    {"եւ", "և"}, {"զ", "Զ"}, {"է", "Է"}, {"ը", "Ը"}, {"թ", "Թ"}, {"ժ", "Ժ"}, {"ի", "Ի"}, {"լ", "Լ"}, {"խ", "Խ"},
    {"ծ", "Ծ"}, {"կ", "Կ"}, {"հ", "Հ"}, {"ձ", "Ձ"}, {"ղ", "Ղ"}, {"ճ", "Ճ"}, {"մ", "Մ"}, {"յ", "Յ"}, {"ն", "Ն"},
    {"շ", "Շ"}, {"ո", "Ո"}, {"չ", "Չ"}, {"պ", "Պ"}, {"ջ", "Ջ"}, {"ռ", "Ռ"}, {"ս", "Ս"}, {"վ", "Վ"}, {"տ", "Տ"},
    {"ր", "Ր"}, {"ց", "Ց"}, {"ւ", "Ւ"}, {"փ", "Փ"}, {"ք", "Ք"}, {"օ", "Օ"}, {"ֆ", "Ֆ"}, {"ᵽ", "Ᵽ"}, {"ỻ", "Ỻ"},
    {"ỽ", "Ỽ"}, {"ỿ", "Ỿ"}, {"ⱡ", "Ⱡ"}, {"ⱥ", "Ⱥ"}, {"ⱦ", "Ⱦ"}, {"ⱨ", "Ⱨ"}, {"ⱪ", "Ⱪ"}, {"ⱬ", "Ⱬ"}, {"ⱳ", "Ⱳ"},
    {"ⱶ", "Ⱶ"},
};

// What separates words, behind ASCII: punctuation, signs, blanks, pictures.
struct Range { uint32_t first, last; };
constexpr Range kSeparators[] = {
    {0x80, 0xA9}, {0xAB, 0xB1}, {0xB4, 0xB4}, {0xB6, 0xB8}, {0xBB, 0xBB}, {0xBF, 0xBF}, {0xD7, 0xD7}, {0xF7, 0xF7},
    {0x2C2, 0x2C5}, {0x2D2, 0x2DF}, {0x2E5, 0x2EB}, {0x2ED, 0x2ED}, {0x2EF, 0x2FF}, {0x375, 0x375}, {0x37E, 0x37E},
    {0x384, 0x385}, {0x387, 0x387}, {0x3F6, 0x3F6}, {0x482, 0x482}, {0x55A, 0x55F}, {0x589, 0x58F}, {0x5BE, 0x5BE},
    {0x5C0, 0x5C0}, {0x5C3, 0x5C3}, {0x5C6, 0x5C6}, {0x5F3, 0x60F}, {0x61B, 0x61F}, {0x66A, 0x66D}, {0x6D4, 0x6D4},
    {0x6DE, 0x6DE}, {0x6E9, 0x6E9}, {0x6FD, 0x6FE}, {0x700, 0x70D}, {0x7F6, 0x7F9}, {0x7FE, 0x7FF}, {0x830, 0x83E},
    {0x85E, 0x85E}, {0x888, 0x888}, {0x964, 0x965}, {0x970, 0x970}, {0x9F2, 0x9F3}, {0x9FA, 0x9FB}, {0x9FD, 0x9FD},
    {0xA76, 0xA76}, {0xAF0, 0xAF1}, {0xB70, 0xB70}, {0xBF3, 0xBFA}, {0xC77, 0xC77}, {0xC7F, 0xC7F}, {0xC84, 0xC84},
    {0xD4F, 0xD4F}, {0xD79, 0xD79}, {0xDF4, 0xDF4}, {0xE3F, 0xE3F}, {0xE4F, 0xE4F}, {0xE5A, 0xE5B}, {0xF01, 0xF17},
    {0xF1A, 0xF1F}, {0xF34, 0xF34}, {0xF36, 0xF36}, {0xF38, 0xF38}, {0xF3A, 0xF3D}, {0xF85, 0xF85}, {0xFBE, 0xFC5},
    {0xFC7, 0xFDA}, {0x104A, 0x104F}, {0x109E, 0x109F}, {0x10FB, 0x10FB}, {0x1360, 0x1368}, {0x1390, 0x1399},
    {0x1400, 0x1400}, {0x166D, 0x166E}, {0x1680, 0x1680}, {0x169B, 0x169C}, {0x16EB, 0x16ED}, {0x1735, 0x1736},
    {0x17D4, 0x17D6}, {0x17D8, 0x17DB}, {0x1800, 0x180A}, {0x1940, 0x1945}, {0x19DE, 0x19FF}, {0x1A1E, 0x1A1F},
    {0x1AA0, 0x1AA6}, {0x1AA8, 0x1AAD}, {0x1B5A, 0x1B6A}, {0x1B74, 0x1B7E}, {0x1BFC, 0x1BFF}, {0x1C3B, 0x1C3F},
    {0x1C7E, 0x1C7F}, {0x1CC0, 0x1CC7}, {0x1CD3, 0x1CD3}, {0x1FBD, 0x1FBD}, {0x1FBF, 0x1FC1}, {0x1FCD, 0x1FCF},
    {0x1FDD, 0x1FDF}, {0x1FED, 0x1FEF}, {0x1FFD, 0x1FFE}, {0x2000, 0x200A}, {0x2010, 0x205F}, {0x207A, 0x207E}, {0x208A, 0x208E},
    {0x20A0, 0x20CF}, {0x2190, 0x245F}, {0x249C, 0x24E9}, {0x2500, 0x2775}, {0x2794, 0x2BFF}, {0x2E00, 0x2E2E},
    {0x2E30, 0x2FFF}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030}, {0x303D, 0x303F}, {0x30A0, 0x30A0},
    {0x30FB, 0x30FB}, {0xFD3E, 0xFD3F}, {0xFE10, 0xFE19}, {0xFE30, 0xFE6F}, {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20},
    {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFEE}, {0xFFF9, 0xFFFD}, {0x1F000, 0x1FAFF},
};

// Accents, soft hyphens and joiners, which are passed over: they are no part of what is searched, nor do they end a word.
constexpr Range kPassedOver[] = {{0xAD, 0xAD}, {0x300, 0x36F}, {0x483, 0x487}, {0x591, 0x5BD}, {0x5BF, 0x5BF}, {0x5C1, 0x5C2},
    {0x5C4, 0x5C5}, {0x5C7, 0x5C7}, {0x610, 0x61A}, {0x64B, 0x65F}, {0x670, 0x670}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};

template <size_t N>
bool inside(const Range (&ranges)[N], uint32_t scalar) {
  const Range* found = std::upper_bound(ranges, ranges + N, scalar, [](uint32_t wanted, const Range& range) { return wanted < range.first; });
  return found != ranges && scalar <= found[-1].last;
}

struct Letter { uint32_t scalar; const char* folded; };

const std::vector<Letter>& letters() {
  static const std::vector<Letter> sorted = [] {
    std::vector<Letter> all;
    for (const Row& row : kRows) {
      const std::string_view text(row.letters);
      for (size_t at = 0; at < text.size();) {
        const Scalar scalar = read_scalar(text, at);
        all.push_back({scalar.value, row.folded});
        at += scalar.size;
      }
    }
    std::sort(all.begin(), all.end(), [](const Letter& a, const Letter& b) { return a.scalar < b.scalar; });
    return all;
  }();
  return sorted;
}

bool append_folded(std::string& out, const Scalar& scalar) {   // false: it separates words
  const uint32_t value = scalar.value;
  if (value < 0x80) {
    const bool capital = value >= 'A' && value <= 'Z', small = value >= 'a' && value <= 'z', digit = value >= '0' && value <= '9';
    if (!capital && !small && !digit) return false;
    out += static_cast<char>(capital ? value + 32 : value);
    return true;
  }
  if (!scalar.valid) return false;
  if (inside(kPassedOver, value)) return true;
  if (inside(kSeparators, value)) return false;
  const auto found = std::lower_bound(letters().begin(), letters().end(), value, [](const Letter& letter, uint32_t wanted) { return letter.scalar < wanted; });
  if (found != letters().end() && found->scalar == value) out += found->folded;
  else append_scalar(out, value);
  return true;
}

}  // namespace

void fold_words(std::string_view text, std::string& out) {
  out.assign(1, ' ');
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    at += scalar.size;
    if (!append_folded(out, scalar) && out.back() != ' ') out += ' ';
  }
  if (out.back() != ' ') out += ' ';
}

}  // namespace wend
