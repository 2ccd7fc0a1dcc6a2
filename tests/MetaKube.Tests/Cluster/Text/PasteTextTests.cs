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

    [Fact]
    public void A_box_keeps_the_indentation_of_its_text() =>
        PasteText
            .Normalise("│ Containers:            │\n│   app:                 │\n│     Image:  shop/web:1 │")
            .ShouldBe("Containers:\n  app:\n    Image:  shop/web:1");

    [Fact]
    public void A_line_that_fills_its_box_goes_on_in_the_next_one() =>
        PasteText
            .Normalise("│ Warning  Failed  1m  kubelet  cannot rea │\n│ ch the registry                          │")
            .ShouldBe("Warning  Failed  1m  kubelet  cannot reach the registry");

    [Fact]
    public void Rows_that_fill_their_box_stay_rows() =>
        PasteText.Normalise("│ web  0/1 │\n│ api  1/1 │").ShouldBe("web  0/1\napi  1/1");

    [Fact]
    public void A_Markdown_table_is_a_table() =>
        PasteText
            .Normalise("| NAME | READY | STATUS |\n|---|:---:|---|\n| web-0 | 0/1 | Pending |\n| db-0 | | Running |")
            .ShouldBe("NAME   READY   STATUS\nweb-0   0/1   Pending\ndb-0   <none>   Running");
}
