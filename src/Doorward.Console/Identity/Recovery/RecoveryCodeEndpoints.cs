using System.Net.Mime;
using System.Text;
using Doorward.Console.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Identity.Recovery;

/// <summary>Shows new recovery codes, as a page and as a file, until they are kept.</summary>
internal static class RecoveryCodeEndpoints
{
    internal const string Path = "/recovery-codes";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync);
        routes.MapGet($"{Path}/file", FileAsync);
        routes.MapPost($"{Path}/kept", ForgetAsync);
    }

    private static async Task<IResult> ShowAsync(ShownCodes shown) => await shown.ReadAsync() is { } codes
        ? Pages.Render<RecoveryCodesPage>(new { codes.Name, Codes = codes.Texts, codes.First })
        : Pages.SeeOther("/factors");

    private static async Task<IResult> FileAsync(ShownCodes shown) => await shown.ReadAsync() is { } codes
        ? Results.File(Encoding.UTF8.GetBytes(string.Concat(codes.Texts.Select(static text => text + "\n"))), MediaTypeNames.Text.Plain, "recovery-codes.txt")
        : Pages.SeeOther("/factors");

    private static async Task<IResult> ForgetAsync(ShownCodes shown)
    {
        var first = await shown.ReadAsync() is { First: true };
        shown.Forget();
        return Pages.SeeOther(first ? "/" : "/factors");
    }
}
