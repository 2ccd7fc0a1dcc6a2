using System;
using System.Text.Json.Nodes;

namespace MetaKube.Evaluation.Alerts;

/// <summary>A group of alerts as Alertmanager sends it; the notifications of one group are sent in order.</summary>
internal sealed class StormGroup(string key, int fault, string code, string ns, string name, int number)
{
    private Task last = Task.CompletedTask;
    private bool isFiring;
    private int times,
        alerts;

    public string Key => key;

    public int Fault => fault;

    public string FaultCode => code;

    public string Namespace => ns;

    public string Object => name;

    /// <summary>
    /// Sends the next notification: the group fires, another alert joins, the same state is repeated, or it is
    /// resolved.
    /// </summary>
    public Task TellAsync(Random random, Func<string, Task> send) =>
        random.NextDouble() switch
        {
            _ when !isFiring => FireAsync(send),
            < .15 => EndAsync(send),
            < .5 => MoreAsync(send),
            _ => SendAsync(send),
        };

    public Task FireAsync(Func<string, Task> send)
    {
        if (isFiring)
            return SendAsync(send);
        (isFiring, alerts) = (true, 1);
        times++;
        return SendAsync(send);
    }

    public Task EndAsync(Func<string, Task> send)
    {
        isFiring = false;
        return SendAsync(send);
    }

    private Task MoreAsync(Func<string, Task> send)
    {
        alerts++;
        return SendAsync(send);
    }

    private Task SendAsync(Func<string, Task> send)
    {
        if (times == 0)
            times = alerts = 1;
        var (status, body) = (isFiring ? "firing" : "resolved", new JsonArray());
        for (var i = 0; i < alerts; i++)
            body.Add(
                new JsonObject
                {
                    ["status"] = status,
                    ["fingerprint"] = $"{number}-{i}",
                    ["startsAt"] = $"2026-11-25T00:{times / 60:00}:{times % 60:00}Z",
                    ["endsAt"] = isFiring ? "0001-01-01T00:00:00Z" : $"2026-11-25T01:{times / 60:00}:{times % 60:00}Z",
                    ["labels"] = new JsonObject
                    {
                        ["alertname"] = $"Rule{number}",
                        ["namespace"] = ns,
                        ["deployment"] = name,
                        ["instance"] = $"10.0.0.{i}:8080",
                        ["severity"] = "warning",
                    },
                    ["annotations"] = new JsonObject { ["summary"] = "Something is wrong." },
                }
            );
        var text = new JsonObject
        {
            ["version"] = "4",
            ["groupKey"] = key,
            ["status"] = status,
            ["receiver"] = "metakube",
            ["truncatedAlerts"] = 0,
            ["alerts"] = body,
        }.ToJsonString();
        var before = last;
        return last = Task.Run(async () =>
        {
            await before;
            await send(text);
        });
    }
}
