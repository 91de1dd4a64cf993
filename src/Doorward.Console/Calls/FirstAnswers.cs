using System.Diagnostics.CodeAnalysis;
using Doorward.Control.Api.InProcess;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Calls;

/// <summary>
/// A page is rendered twice: at once with the document, then again when its circuit begins. What the first time read travels inside
/// the page (sealed by the framework), so that the second time asks nothing again and shows the same.
/// </summary>
public sealed class FirstAnswers(PersistentComponentState state, IHttpContextAccessor accessor)
{
    private const int Longest = 128 * 1024;
    private Dictionary<string, Kept>? _kept;

    internal bool TryTake(string path, [NotNullWhen(true)] out ApiReply? reply)
    {
        reply = state.TryTakeFromJson<Kept>(path, out var kept) && kept is not null ? new ApiReply(kept.Status, kept.Body, kept.ETag) : null;
        return reply is not null;
    }

    internal void Keep(string path, ApiReply reply)
    {
        // Only while the document is rendered: what circuits read must not pile up.
        if (accessor.HttpContext is not { } http || http.Request.Path.StartsWithSegments(ConsoleEndpoints.CircuitPath) || reply.Body.Length > Longest) return;
        if (_kept is null)
        {
            _kept = new(StringComparer.Ordinal);
            state.RegisterOnPersisting(PersistAsync, RenderMode.InteractiveServer);
        }

        _kept[path] = new Kept(reply.Status, reply.Body.ToArray(), reply.ETag);
    }

    private Task PersistAsync()
    {
        foreach (var (path, kept) in _kept!)
            state.PersistAsJson(path, kept);
        return Task.CompletedTask;
    }

    private sealed record Kept(int Status, byte[] Body, string? ETag);
}
