using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Doorward.Cli.Tests.Commands;

/// <summary>The far end of the admin API on a real socket: notes what it is asked, answers as it is told.</summary>
internal sealed class AdministrationPeer : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly Dictionary<string, (int Status, string Body)> answers = [];

    private AdministrationPeer(DirectoryInfo data, WebApplication server) => (Data, this.server) = (data, server);

    public DirectoryInfo Data { get; }

    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<AdministrationPeer> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("dw-");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = data.FullName });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Path.Combine(data.FullName, "control.sock")));
        var server = builder.Build();
        var peer = new AdministrationPeer(data, server);
        server.Run(peer.AnswerAsync);
        await server.StartAsync();
        return peer;
    }

    public AdministrationPeer Answers(string request, int status, string body)
    {
        answers[request] = (status, body);
        return this;
    }

    /// <summary>Runs a command against this peer, in this process.</summary>
    public Task<Said> RunAsync(params string[] args) => Said.ByAsync([.. args, "--data", Data.FullName]);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Data.Delete(recursive: true);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var request = $"{context.Request.Method} {context.Request.Path.Value!["/api/v1".Length..]}{context.Request.QueryString}";
        var condition = context.Request.Headers.IfMatch.Count == 0 ? "" : $" if {context.Request.Headers.IfMatch.ToString().Trim('"')}";
        Asked.Enqueue((body.Length == 0 ? request : $"{request} {body}") + condition);
        // An answer to exactly this body comes before one to any.
        var (status, answer) = answers.TryGetValue($"{request} {body}", out var exact) ? exact : answers.GetValueOrDefault(request, (404, """{"title":"There is nothing of that name."}"""));
        context.Response.StatusCode = status;
        if (status != 204)
        {
            context.Response.ContentType = status >= 400 ? "application/problem+json" : "application/json";
            await context.Response.WriteAsync(answer);
        }
    }
}
