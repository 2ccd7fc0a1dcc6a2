using System.Net;
using MetaKube.Chat;
using MetaKube.ChatOps.WebConsole;
using MetaKube.Redis;
using MetaKube.Tests.Chat;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaKube.Tests.WebConsole;

public sealed class InvestigationPageTests
{
    [Fact]
    public async Task The_sections_come_in_the_order_of_the_view()
    {
        var view = SampleAnswer.View;
        WebUtility.HtmlDecode(await RenderAsync(view)).ShouldShowInOrder(view, view.Sections);
    }

    [Fact]
    public async Task Nothing_that_was_found_becomes_markup()
    {
        foreach (var view in HostileText.Views())
            (await RenderAsync(view)).ShouldNotContain("<b>x</b>");
    }

    private static async Task<string> RenderAsync(AnswerView view)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var kept = new KeptInvestigation(
            InvestigationReport.Of(SampleAnswer.Investigation),
            ["read the cluster"],
            DateTimeOffset.UnixEpoch
        )
        {
            Answer = view,
        };
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var page = await renderer.RenderComponentAsync<InvestigationPage>(
                ParameterView.FromDictionary(new Dictionary<string, object?> { ["Kept"] = kept })
            );
            return page.ToHtmlString();
        });
    }
}
