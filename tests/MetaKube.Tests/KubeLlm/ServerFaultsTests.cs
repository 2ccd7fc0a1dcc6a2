using System.Text.Json;
using MetaKube.ChatOps.KubeLlm;
using Polly.CircuitBreaker;

namespace MetaKube.Tests.KubeLlm;

/// <summary>One sentence for each way in which a model's server can fail.</summary>
public sealed class ServerFaultsTests
{
    private static readonly Uri Endpoint = new("http://model.example.com:8080/v1/");

    private static readonly Dictionary<string, Exception> Failures = new()
    {
        ["HTTP 401"] = new HttpRequestException("no", null, System.Net.HttpStatusCode.Unauthorized),
        ["HTTP 404"] = new HttpRequestException("no", null, System.Net.HttpStatusCode.NotFound),
        ["HTTP 503"] = new HttpRequestException("no", null, System.Net.HttpStatusCode.ServiceUnavailable),
        ["HTTP 418"] = new HttpRequestException("no", null, (System.Net.HttpStatusCode)418),
        ["cannot be reached"] = new HttpRequestException(HttpRequestError.ConnectionError, "refused"),
        ["broke off"] = new HttpRequestException(HttpRequestError.ResponseEnded, "ended"),
        ["does not answer in time"] = new TaskCanceledException("timeout"),
        ["OpenAI-compatible"] = new JsonException("'<' is invalid: secret page"),
        ["failed repeatedly"] = new BrokenCircuitException(),
        ["DivideByZeroException"] = new DivideByZeroException("secret detail"),
    };

    public static TheoryData<string> Sentences => [.. Failures.Keys];

    [Theory]
    [MemberData(nameof(Sentences))]
    public void A_failure_is_one_sentence_that_names_the_server_and_repeats_nothing_of_its_answer(string sentence)
    {
        var failure = ServerFaults.Translate(Failures[sentence], Endpoint);
        failure.Message.ShouldContain(sentence);
        failure.Message.ShouldContain("model.example.com:8080");
        failure.Message.ShouldNotContain("secret");
        failure.Message.ShouldNotContain("\n");
        failure.InnerException.ShouldBeSameAs(Failures[sentence]);
    }

    [Fact]
    public void The_cause_inside_another_exception_decides() =>
        ServerFaults
            .Translate(new AggregateException(Failures["HTTP 404"], Failures["HTTP 401"]), Endpoint)
            .Message.ShouldContain("HTTP 404");

    [Theory]
    [InlineData("http://model:8080", "http://model:8080/v1/")]
    [InlineData("http://model:8080/", "http://model:8080/v1/")]
    [InlineData("http://model:8080/v1", "http://model:8080/v1/")]
    [InlineData("http://model:8080/v1/", "http://model:8080/v1/")]
    [InlineData("http://model:8080/proxy/?key=x", "http://model:8080/proxy/v1/")]
    public void The_address_of_the_API_follows_from_that_of_the_server(string address, string api) =>
        ModelHttp.ApiOf(new(address)).AbsoluteUri.ShouldBe(api);
}
