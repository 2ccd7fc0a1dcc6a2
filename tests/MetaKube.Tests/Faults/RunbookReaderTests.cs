using MetaKube.Faults;

namespace MetaKube.Tests.Faults;

public sealed class RunbookReaderTests
{
    private const string Whole = """
        ---
        name: ledger-locked
        description: Use when billing cannot lock its ledger.
        when:
          any:
            - log: could not lock ledger {ledger}
        alerts: [BillingDown, BillingSlow]
        faults: known.billing-*
        namespaces: [shop, "pay-*"]
        labels:
          app: billing
        allowed-tools: Bash
        owner: payments
        ---
        # Billing waits for its ledger

        Only one pod may write. See [the page](https://wiki.example.com/billing) first.

        ## Steps

        1. Find the **holder** of the lock:

           ```sh
           kubectl -n shop get lease billing
           ```
        2. Ask `#payments`, then delete the old pod.
        3. Watch it.

        ## Background

        The lock is in etcd.
        """;

    private static Runbook Read(string text) => new RunbookReader("book.md").Read(text);

    private static Runbook Body(string body) => Read($"---\nname: a\ndescription: b\n---\n{body}");

    [Fact]
    public void The_front_matter_says_which_cases_it_is_for()
    {
        var book = Read(Whole);
        book.Name.ShouldBe("ledger-locked");
        book.Title.ShouldBe("Billing waits for its ledger");
        book.When!.Texts.ShouldHaveSingleItem().Pattern!.Text.ShouldBe("could not lock ledger {ledger}");
        book.Alerts.ShouldBe(["BillingDown", "BillingSlow"]);
        book.Faults.ShouldBe(["known.billing-*"]);
        book.Namespaces.ShouldBe(["shop", "pay-*"]);
        book.Labels["app"].ShouldBe("billing");
        book.Link.ShouldBe(new Uri("https://wiki.example.com/billing"));
        book.UnknownFields.ShouldBe(["owner"]);
    }

    [Fact]
    public void The_numbered_list_is_its_steps_and_code_their_commands()
    {
        var steps = Read(Whole).Steps;
        steps
            .Select(step => step.Text)
            .ShouldBe(["Find the holder of the lock:", "Ask #payments, then delete the old pod.", "Watch it."]);
        steps[0].Commands.ShouldBe(["kubectl -n shop get lease billing"]);
        steps[1].Commands.ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_list_the_section_that_tells_what_to_do_is_its_steps() =>
        Body("# T\n\nText.\n\n## Impact\nAll.\n\n## Mitigation\n- Free the disk.\n- Restart it.\n\n## More\nx\n")
            .Steps.Select(step => step.Text)
            .ShouldBe(["Free the disk.", "Restart it."]);

    [Fact]
    public void Without_either_its_first_lines_are_and_without_a_body_its_description()
    {
        Body("Call the owner.\n\nWait.").Steps.Select(step => step.Text).ShouldBe(["Call the owner.", "Wait."]);
        Body("").Steps.Select(step => step.Text).ShouldBe(["b"]);
    }

    [Fact]
    public void Steps_are_bounded_in_number_and_length()
    {
        var steps = Body(string.Concat(Enumerable.Repeat($"- {new string('x', 1000)}\n", 50))).Steps;
        steps.Count.ShouldBe(8);
        steps.ShouldAllBe(step => step.Text.Length <= 240);
    }

    [Fact]
    public void A_body_without_an_end_of_its_code_is_read_in_time_linear_in_its_length()
    {
        var body = string.Concat(Enumerable.Repeat("[[[[![](((**__<a <b `` ~~~ #### ", 8000));
        Body(body).Steps.Count.ShouldBeLessThan(9);
        Body("```\n" + string.Concat(Enumerable.Repeat("a\n", 100_000))).Steps.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("# no front matter", "line 1, column 1: A runbook begins with front matter")]
    [InlineData("---\nname: a\n", "line 1, column 1: The front matter has no end")]
    [InlineData("---\nname: a\n---\n", "line 2, column 1: 'description' is missing")]
    [InlineData("---\nname: [a]\ndescription: b\n---\n", "'name' has to be a text")]
    [InlineData("---\nname: a\ndescription: b\nlink: javascript:alert(1)\n---\n", "line 4, column 7: 'link' has to be")]
    [InlineData("---\nname: a\ndescription: b\nalerts: {c: d}\n---\n", "line 4, column 9: 'alerts' has to be")]
    [InlineData("---\nname: a\ndescription: b\nlabels: app\n---\n", "line 4, column 9: A mapping is expected")]
    [InlineData("---\nname: a\ndescription: b\nwhen:\n  any:\n    - says: short\n---\n", "line 6, column 13: 'short'")]
    [InlineData("---\nname: a\ndescription: b: c: d\n---\n", "line 3, column 15")]
    [InlineData("---\nname: &x a\ndescription: *x\n---\n", "line 3, column 14: An alias")]
    public void A_mistake_is_named_with_its_line_and_column(string text, string error) =>
        Should.Throw<KnowledgeFormatException>(() => Read(text)).Message.ShouldContain(error);

    [Fact]
    public void Depth_without_end_is_a_mistake_and_no_crash() =>
        Should
            .Throw<KnowledgeFormatException>(() => Read($"---\nname: a\nmetadata: {new string('[', 100_000)}\n---\n"))
            .Message.ShouldContain("nested more than");

    [Fact]
    public void Windows_line_ends_and_a_byte_order_mark_are_no_mistake() =>
        Read("\uFEFF" + Whole.ReplaceLineEndings("\r\n")).Steps.Count.ShouldBe(3);
}
