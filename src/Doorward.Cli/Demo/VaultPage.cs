namespace Doorward.Cli.Demo;

/// <summary>A page whose door lets administrators pass and nobody else. The page itself checks nothing: that is the point.</summary>
internal static class VaultPage
{
    private const string Content =
        """
          <p class="muted">You are here because you are an administrator with two factors, at this moment. The demo user who asks for this page
          gets a page that says what is missing.</p>
        """;

    public static void Map(IEndpointRouteBuilder application) =>
        application.MapGet("/", context => Page.WriteAsync(context, "Vault", Content));
}
