using System;
using System.Buffers;
using System.Text;
using MetaKube.Cluster.Redaction;

namespace MetaKube.Tests.Cluster.Redaction;

public sealed class TokenFormatsTests
{
    public static TheoryData<string> Issuers => [.. TokenFormats.All.Select(format => format.Issuer)];

    [Theory]
    [MemberData(nameof(Issuers))]
    public void A_token_of_each_format_is_redacted_in_a_sentence(string issuer)
    {
        var format = TokenFormats.All.Single(format => format.Issuer == issuer);
        var token = Token(format, format.Least);
        new Redactor().Clean($"refused with {token} at 10:04").ShouldNotContain(token);
    }

    [Theory]
    [MemberData(nameof(Issuers))]
    public void A_word_that_only_has_the_sign_of_a_format_stays(string issuer)
    {
        var format = TokenFormats.All.Single(format => format.Issuer == issuer);
        var secrets = new SecretSpans();
        TokenFormats.Find($"the sign {format.Sign} alone", secrets);
        secrets.Merged().ShouldBeEmpty();
    }

    [Fact]
    public void Each_format_has_its_own_name() =>
        TokenFormats.All.Select(format => format.Issuer).Distinct().Count().ShouldBe(TokenFormats.All.Count);

    /// <summary>A token with letters and digits from the format's characters, in a fixed order.</summary>
    private static string Token(TokenFormat format, int length)
    {
        var token = new StringBuilder();
        if (format.Before is { } before)
            token.Append(Characters(before, format.BeforeLength.Least));
        token.Append(format.Sign);
        var body = Characters(format.Body, length);
        return token.Append(format.Within is { } within ? body.Insert(length / 2, within) : body).ToString();
    }

    private static string Characters(SearchValues<char> alphabet, int length)
    {
        var usable = "a1Bc2Df3Ge4Hb5".Where(alphabet.Contains).ToArray();
        return string.Concat(Enumerable.Range(0, length).Select(i => usable[(i * 5 + i / 7) % usable.Length]));
    }
}
