using MetaKube.Cluster.Text;

namespace MetaKube.Tests.Cluster.Text;

public sealed class PastedBlockTests
{
    private static IEnumerable<PasteForm> Forms(string text) => PastedBlock.Split(text).Select(block => block.Form);

    [Fact]
    public void A_command_begins_a_block_and_is_kept()
    {
        var blocks = PastedBlock.Split(
            "$ kubectl -n shop logs web\npanic: no\n$ kubectl get pods\nNAME   READY\nweb    0/1"
        );
        blocks.Select(block => block.Command!.Verb).ShouldBe(["logs", "get"]);
        blocks[0].Command!.Namespace.ShouldBe("shop");
        blocks.Select(block => block.Form).ShouldBe([PasteForm.Log, PasteForm.Table]);
    }

    [Fact]
    public void A_table_ends_with_an_empty_line() =>
        Forms("NAME   READY\nweb    0/1\n\npanic: no").ShouldBe([PasteForm.Table, PasteForm.Log]);

    [Theory]
    [InlineData("Name:   web\nNamespace:  shop", PasteForm.Describe)]
    [InlineData("apiVersion: v1\nkind: Pod", PasteForm.Yaml)]
    [InlineData("{\"kind\":\"Pod\"}", PasteForm.Json)]
    [InlineData("{\"level\":\"error\",\"msg\":\"no\"}", PasteForm.Log)]
    [InlineData("panic: no", PasteForm.Log)]
    public void The_beginning_determines_the_format(string text, object form) =>
        Forms(text).ShouldBe([(PasteForm)form]);

    [Fact]
    public void Fences_and_empty_text_are_no_blocks()
    {
        PastedBlock.Split("```\n```\n").ShouldBeEmpty();
        PastedBlock.Split("").ShouldBeEmpty();
    }
}
