using Doorward.Control.Resources;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>Who the caller is to the admin API.</summary>
/// <param name="Type">User, Service or Local.</param>
/// <param name="Session">Their own session; none on the machine itself.</param>
/// <param name="Roles">The groups of theirs that the system gives a role to.</param>
/// <param name="May">What they may do; of help for one person, to somebody without a role.</param>
public sealed record MeView(string Name, string Type, string? Session, int Assurance, IReadOnlyList<string> Roles, IReadOnlyList<ApiAction> May);

internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder api) =>
        api.MapGet("/me", Me).Views("me.get").Produces<MeView>().WithTags("Installation");

    private static IResult Me(HttpContext context, ApiAccess access)
    {
        var principal = context.Call().Principal;
        var may = Enum.GetValues<ApiAction>().Where(action => access.AllowsForAnybody(principal, action));
        return Answers.Ok(new MeView(
            principal.Name, principal.Type, principal.SessionId, principal.Assurance, [.. BuiltIns.RoleGroups.Where(role => principal.Groups.Contains(role))], [.. may]));
    }
}
