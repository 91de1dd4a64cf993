using Doorward.Control.Keys;
using Doorward.Control.Ssh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>Which kind of key is to be rotated: one of <see cref="KeyKinds.Rotated"/>.</summary>
public sealed record RotateBody(string Kind, string? Reason = null);

/// <summary>The key by which the SSH servers of an application trust people.</summary>
/// <param name="Line">For <c>TrustedUserCAKeys</c>.</param>
public sealed record SshAuthorityView(string Line, string Fingerprint);

/// <summary>The keys of the installation, and rotating those that can be.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Installation");
        keys.MapGet("/", ListAsync).Views("key.list").Produces<Page<KeyView>>();
        keys.MapGet("/ssh-authority/{application}", AuthorityAsync).Views("key.list").Produces<SshAuthorityView>();
        keys.MapPost("/rotate", RotateAsync).Acts("key.rotate").Produces<Page<KeyView>>();
    }

    private static async Task<IResult> ListAsync(KeyInventory keys, CancellationToken ct) => Answers.Ok(new Page<KeyView>(await keys.ListAsync(ct), null));

    private static async Task<IResult> AuthorityAsync(string application, SshAuthority authority, CancellationToken ct) =>
        await authority.DescribeAsync(application, ct) is var (line, fingerprint)
            ? Answers.Ok(new SshAuthorityView(line, fingerprint))
            : ApiProblem.NotFound($"application {Core.Applications.Shown.Text(application)} that takes SSH certificates").ToResult();

    private static async Task<IResult> RotateAsync(RotateBody body, HttpContext context, KeyRotation rotation, KeyInventory keys, CancellationToken ct)
    {
        var call = context.Call();
        if (!KeyKinds.Rotated.Contains(body.Kind))
        {
            return ApiProblem.BadRequest("Keys of that kind are not rotated at somebody's word.", "kind",
                $"Write one of {string.Join(", ", KeyKinds.Rotated)}. What the others made would be worthless at once.").ToResult();
        }

        call.Target = body.Kind;
        if (!call.GivesReason(body.Reason, out _)) return Reasons.Problem("reason").ToResult();
        return await rotation.RotateAsync(body.Kind, ct) is { } why
            ? new ApiProblem { Title = "No key was rotated", Status = StatusCodes.Status409Conflict, Detail = why }.ToResult()
            : Answers.Ok(new Page<KeyView>(await keys.ListAsync(ct), null));
    }
}
