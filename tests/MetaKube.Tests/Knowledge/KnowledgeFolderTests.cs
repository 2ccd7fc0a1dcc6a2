using System.Diagnostics;
using MetaKube.ChatOps.Knowledge;
using MetaKube.Faults;

namespace MetaKube.Tests.Knowledge;

/// <summary>Folders as ConfigMaps, git-sync and people leave them; reading them replaces the library.</summary>
[Collection(nameof(KnowledgeLibrary))]
public sealed class KnowledgeFolderTests : IDisposable
{
    private const string Book = "---\nname: ledger\ndescription: Use when the ledger is locked.\n---\n1. Wait.\n";

    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder elsewhere = new();

    public void Dispose()
    {
        KnowledgeLibrary.Use(KnowledgeLibrary.BuiltIn);
        folder.Dispose();
        elsewhere.Dispose();
    }

    private TeamKnowledge Read(string? path = null)
    {
        var options = new KnowledgeOptions();
        options.Directories.Add(path ?? folder.Path);
        var knowledge = new TeamKnowledge(options);
        knowledge.Refresh();
        return knowledge;
    }

    private string At(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public void Runbooks_are_read_in_folders_below_as_skills_are_kept()
    {
        folder.Write("ledger/SKILL.md", Book);
        var knowledge = Read();
        (knowledge.Runbooks, knowledge.Mistakes.Count).ShouldBe((1, 0));
        KnowledgeLibrary.Current.Runbooks.ShouldHaveSingleItem().Origin.ShouldBe(At("ledger/SKILL.md"));
    }

    [Fact]
    public void A_mounted_ConfigMap_is_read_once_and_again_when_Kubernetes_turns_its_link()
    {
        folder.Write("..2026_11_28/ledger.md", Book);
        folder.Write("..2026_11_29/ledger.md", Book.Replace("Wait.", "Go.", StringComparison.Ordinal));
        Directory.CreateSymbolicLink(At("..data"), "..2026_11_28");
        File.CreateSymbolicLink(At("ledger.md"), "..data/ledger.md");
        var knowledge = Read();
        (knowledge.Runbooks, knowledge.Mistakes.Count).ShouldBe((1, 0));
        knowledge.Refresh().ShouldBeFalse();

        Directory.Delete(At("..data"));
        Directory.CreateSymbolicLink(At("..data"), "..2026_11_29");
        knowledge.Refresh().ShouldBeTrue();
        KnowledgeLibrary.Current.Runbooks.ShouldHaveSingleItem().Steps[0].Text.ShouldBe("Go.");
    }

    [Fact]
    public void A_folder_that_is_a_link_itself_is_read_as_git_sync_leaves_it()
    {
        elsewhere.Write("worktrees/abc/ledger.md", Book);
        var link = Path.Combine(elsewhere.Path, "current");
        Directory.CreateSymbolicLink(link, "worktrees/abc");
        (Read(link).Runbooks, Read(link).Mistakes.Count).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_out_of_the_folder_is_refused_by_name(bool isFolder)
    {
        var outside = elsewhere.Write("ledger.md", Book);
        folder.Write("good.md", Book);
        if (isFolder)
            Directory.CreateSymbolicLink(At("out"), elsewhere.Path);
        else
            File.CreateSymbolicLink(At("out.md"), outside);
        var knowledge = Read();
        knowledge.Runbooks.ShouldBe(1);
        knowledge.Mistakes.ShouldHaveSingleItem().ShouldMatch(@"/out(\.md)? is a link out of ");
    }

    [Fact]
    public void Links_in_a_circle_and_to_nothing_end()
    {
        folder.Write("good.md", Book);
        Directory.CreateSymbolicLink(At("self"), ".");
        File.CreateSymbolicLink(At("gone.md"), "nothing.md");
        var knowledge = Read();
        knowledge.Runbooks.ShouldBe(1);
        knowledge.Mistakes.ShouldHaveSingleItem().ShouldEndWith("gone.md leads to no file.");
    }

    [Fact]
    public async Task A_pipe_is_refused_and_not_waited_for()
    {
        folder.Write("good.md", Book);
        using var made = Process.Start("mkfifo", [At("pipe.md")]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var knowledge = Read();
        knowledge.Runbooks.ShouldBe(1);
        knowledge.Mistakes.ShouldHaveSingleItem().ShouldContain("pipe.md is empty, or is a pipe or a device");
    }

    [Theory]
    [InlineData("\0\u0001", "has zero bytes")]
    [InlineData("", "is empty")]
    [InlineData("---\nname: a\n---\n", "line 2, column 1: 'description' is missing")]
    [InlineData("# A page without front matter", "begins with front matter")]
    public void A_bad_file_is_one_mistake_and_the_rest_is_in_use(string content, string mistake)
    {
        folder.Write("good.md", Book);
        folder.Write("bad.md", content);
        var knowledge = Read();
        knowledge.Runbooks.ShouldBe(1);
        knowledge.Mistakes.ShouldHaveSingleItem().ShouldContain($"{At("bad.md")}");
        knowledge.Mistakes[0].ShouldContain(mistake);
    }

    [Fact]
    public void Text_in_another_encoding_and_a_file_that_is_too_large_are_refused()
    {
        File.WriteAllBytes(At("latin.md"), [.. "---\nname: \u00e4"u8, 0xE4]);
        folder.Write("large.md", Book + new string('x', KnowledgeFile.MostBytes));
        var knowledge = Read();
        knowledge.Mistakes.Count.ShouldBe(2);
        knowledge.Mistakes.ShouldContain(mistake => mistake.Contains("latin.md is no text in UTF-8"));
        knowledge.Mistakes.ShouldContain(mistake => mistake.Contains("large.md is larger than 256 KB"));
    }

    [Fact]
    public void Two_runbooks_of_one_name_are_one_and_a_mistake()
    {
        folder.Write("a.md", Book);
        folder.Write("b.md", Book);
        var knowledge = Read();
        (knowledge.Runbooks, knowledge.Mistakes.Count).ShouldBe((1, 1));
        knowledge.Mistakes[0].ShouldContain("'ledger' is in another file already");
    }

    [Fact]
    public void The_page_about_a_repository_and_its_own_files_are_no_runbooks()
    {
        folder.Write("README.md", "# Our runbooks");
        folder.Write(".git/description.md", "x");
        folder.Write("good.md", Book);
        (Read().Runbooks, Read().Mistakes.Count).ShouldBe((1, 0));
    }

    [Fact]
    public void A_credential_in_a_runbook_is_not_kept()
    {
        folder.Write("a.md", Book + "2. Use postgres://bob:hunter2secret@db/x\n");
        Read();
        KnowledgeLibrary.Current.Runbooks[0].Steps[1].Text.ShouldNotContain("hunter2secret");
    }
}
