using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PasteTextTests
{
    [Theory]
    [InlineData("\u001b[1;31mFATAL\u001b[0m no\u001b[K", "FATAL no")]
    [InlineData("\u001b]0;title\aweb\r\nok\rlast", "web\nok\nlast")]
    [InlineData("\ufeffweb\u00a0 0/1\u2028db", "web  0/1\ndb")]
    [InlineData("image \u201cshop/web\u201d isn\u2019t", "image \"shop/web\" isn't")]
    public void Traces_of_terminals_and_editors_are_removed(string pasted, string plain) =>
        PasteText.Normalise(pasted).ShouldBe(plain);

    [Fact]
    public void Quotation_marks_of_a_chat_are_removed() =>
        PasteText.Normalise("> NAME   READY\n> web    0/1\n>> twice").ShouldBe("NAME   READY\nweb    0/1\ntwice");

    [Fact]
    public void Borders_of_k9s_are_removed() =>
        PasteText
            .Normalise("┌─ Pods(all)[2] ─┐\n│ NAME    READY  │\n│ web     0/1    │\n└────────────────┘")
            .ShouldBe("\nNAME    READY\nweb     0/1\n");

    [Fact]
    public void A_line_with_an_arrow_inside_stays_as_it_is() =>
        PasteText.Normalise("a -> b\nx > y").ShouldBe("a -> b\nx > y");

    [Fact]
    public void Bytes_are_no_text()
    {
        PasteText.Normalise("\u0089PNG\u0000\u0000\u0001\u0002\u0003\uFFFD\uFFFD\uFFFD").ShouldBeNull();
        PasteText.Normalise("one bad \uFFFD character in a long line of text that a terminal showed").ShouldNotBeNull();
    }
}
