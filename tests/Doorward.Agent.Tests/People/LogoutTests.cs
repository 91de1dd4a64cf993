using Doorward.Agent.People;
using Doorward.Agent.Tests.Connector;
using Microsoft.AspNetCore.Http;

namespace Doorward.Agent.Tests.People;

public sealed class LogoutTests : IDisposable
{
    private readonly PersonFolder _folder = new(Directory.CreateTempSubdirectory("doorward-person-").FullName);

    public void Dispose()
    {
        new TokenPlace(_folder).Forget();
        Directory.Delete(_folder.Location, recursive: true);
    }

    [Theory]
    [InlineData(503, """{"code":"unavailable","detail":"The gateway has lost touch with its control plane.","fix":"Try again shortly."}""", 1)]
    [InlineData(503, """{"title":"Not available","detail":"The gateway has lost touch with its control plane. Try again shortly."}""", 1)]
    [InlineData(401, """{"code":"no-session","detail":"That session is over.","fix":"Run doorward-agent login."}""", 0)]
    public async Task A_session_is_forgotten_only_where_it_is_known_to_be_over(int status, string answer, int code)
    {
        await using var gateway = new TestGateway
        {
            OnSignOut = context =>
            {
                context.Response.StatusCode = status;
                return context.Response.WriteAsync(answer);
            },
        };
        await gateway.StartAsync();
        _folder.Write(new PersonRecord
        {
            User = "alice",
            Auth = $"https://auth.test.localhost:{gateway.Port}",
            Root = gateway.Root,
            Connect = $"127.0.0.1:{gateway.Port}",
            Expires = DateTimeOffset.UnixEpoch,
            Sealed = new TokenPlace(_folder).Write("dwt_x", TimeSpan.FromMinutes(1), intoFile: true),
        });

        var errors = new StringWriter();
        Assert.Equal(code, await Task.Run(() => new SessionCommands(_folder.Location).SignOut(TextWriter.Null, errors)));
        Assert.Equal(code == 1, _folder.Read() is not null);
        Assert.Equal(code == 1, errors.ToString().Contains("not signed out: The gateway has lost touch with its control plane. Try again shortly.", StringComparison.Ordinal));
    }
}
