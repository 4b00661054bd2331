"""Tables, one per file."""

from api.models.album_date import AlbumDate
from api.models.album_place import AlbumPlace
from api.models.album_thing import AlbumThing
from api.models.album_user import AlbumUser
from api.models.caption import Caption
from api.models.face import Face
from api.models.file_write import FileWrite, PhotoVersion
from api.models.job import Job
from api.models.person import Person
from api.models.photo import Photo
from api.models.photo_file import PhotoFile
from api.models.photo_search import PhotoSearch
from api.models.place_lookup import PlaceLookup
from api.models.upload import Upload
from api.models.user import User

__all__ = [
    "AlbumDate",
    "AlbumPlace",
    "AlbumThing",
    "AlbumUser",
    "Caption",
    "Face",
    "FileWrite",
    "Job",
    "Person",
    "Photo",
    "PhotoFile",
    "PhotoSearch",
    "PhotoVersion",
    "PlaceLookup",
    "Upload",
    "User",
]
