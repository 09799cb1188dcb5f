# The Stitcher. Built from the root of the tree: docker build -f deploy/Stitcher.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /src
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props \
     BannedSymbols.txt .editorconfig ./
COPY src ./src
RUN dotnet publish src/Stitcher/Stitcher.csproj -c Release -o /app \
    -p:RestoreLockedMode=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
# ffmpeg joins the clips; the font labels contact sheets.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /scratch
COPY LICENSE deploy/THIRD-PARTY.md /licenses/
COPY --from=build /app /app
WORKDIR /app
# Nothing is written but below /tmp and /scratch, so the root may be read-only.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0
EXPOSE 8080
USER 10001:10001
ENTRYPOINT ["dotnet", "RenderFarm.Stitcher.dll"]
